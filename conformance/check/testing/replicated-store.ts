import type { HistoryRecord, Operation, Result, SubOperation, SubResult } from "../../history/record.js";
import { seededBelow } from "./seeded-below.js";
import { readAnswer } from "./story-result.js";
import { applyOperation, errors, freshTree, type StoryTree, withoutSession } from "./story-tree.js";

/** A wrong answer, or a wrong deed, at one place of a run. */
export type Lie =
	/** A read shows what was before its session knew better. */
	| "stale-read"
	/** A setData is answered and not carried out. */
	| "lost-write"
	/** A setData on another version is refused and carried out. */
	| "refused-write-applied";

export interface StoreOptions {
	readonly seed: number;
	readonly steps: number;
	/** Whether connections break, so that writes come in doubt, sessions move and expire. */
	readonly breaks: boolean;
	readonly lie?: Lie;
}

interface Answer {
	readonly zxid: number;
	readonly err: number;
	readonly result: Result;
}

interface Pending {
	readonly call: number;
	readonly operation: Operation;
	answer: Answer | undefined;
}

interface Client {
	readonly number: number;
	connection: number;
	server: number;
	session: bigint;
	/** Highest zxid of a reply. */
	seen: number;
	/** What its session's next read may not fall below. */
	bound: number;
	pending: Pending[];
	/** Calls of a lost connection that a server may still carry out, in their order. */
	stray: Pending[];
	state: "new" | "connected" | "broken" | "expired";
	values: number;
}

const root = "/r";
const paths = ["/r/a", "/r/b", "/r/a/x", "/r/a/y"];

/** What a run gave. */
export interface StoreRun {
	readonly records: readonly HistoryRecord[];
	/** Whether the lie was told, and can be seen in what the run shows. */
	readonly lied: boolean;
}

/**
 * A run of a few clients on three servers, of which any may be behind: one log of writes decides, each server has carried out a
 * prefix of it, reads come from there, and a session is served where its last zxid is known.
 */
export function storeRun(options: StoreOptions): StoreRun {
	const store = new Store(options);
	for (let step = 0; step < options.steps; step++) store.step();
	store.finish();
	return { records: store.records, lied: store.lied };
}

class Store {
	readonly records: HistoryRecord[] = [];
	lied = false;
	readonly #options: StoreOptions;
	readonly #random: (below: number) => number;
	readonly #clients: Client[];
	/** The tree behind each zxid; the first is from before the run. */
	readonly #trees: StoryTree[] = [freshTree(root), freshTree(root)];
	readonly #applied = [1, 1, 1];
	/** Zxids of writes that were answered: nobody can doubt them. */
	readonly #answered = new Set<number>();
	#atUs = 0;
	#connections = 0;
	#calls = 0;
	#sessions = 0;
	/** Wrong answers, which the client may never get. */
	readonly #wrong = new Set<Answer>();
	/** The path of a write that was lost, with the czxid of its node. */
	#lost: { readonly path: string; readonly czxid: number } | undefined;

	constructor(options: StoreOptions) {
		this.#options = options;
		this.#random = seededBelow(options.seed);
		this.#clients = [0, 1, 2, 3].map((number) => newClient(number));
	}

	get #zxid(): number {
		return this.#trees.length - 1;
	}

	get #tree(): StoryTree {
		return this.#trees[this.#zxid] as StoryTree;
	}

	step(): void {
		const client = this.#clients[this.#random(this.#clients.length)] as Client;
		if (client.state !== "connected") this.#connect(client);
		else if (this.#options.breaks && this.#random(25) === 0) this.#break(client);
		else this.#work(client);
		if (this.#random(3) === 0) this.#catchUp(this.#random(3), this.#random(3));
		for (const one of this.#clients) if (one.stray.length > 0 && this.#random(4) === 0) this.#carryOutStray(one);
	}

	/** Everything is answered; then a new client at each server syncs and reads everything. */
	finish(): void {
		for (const client of this.#clients) {
			while (client.state === "connected" && client.pending.length > 0) this.#advance(client);
			client.stray = [];
		}
		this.#write({ type: "phase", atUs: this.#tick(), phase: "healed" });
		this.#write({ type: "phase", atUs: this.#tick(), phase: "final" });
		for (const server of [0, 1, 2]) this.#readAll(server);
		this.#write({ type: "phase", atUs: this.#tick(), phase: "end" });
		const last = this.#lost && this.#tree.get(this.#lost.path);
		if (this.#options.lie !== "stale-read") this.lied = last !== undefined && last.stat.czxid === this.#lost?.czxid;
	}

	#readAll(server: number): void {
		const reader = { ...newClient(10 + server), server };
		this.#open(reader, 0n);
		this.#applied[server] = this.#zxid;
		const reads = [...this.#tree.keys()].flatMap((path): Operation[] => [
			{ op: "getData", path, watch: false },
			{ op: "getChildren", path, watch: false },
		]);
		for (const operation of [{ op: "sync" as const, path: root }, ...reads]) {
			this.#call(reader, operation);
			while (reader.pending.length > 0) this.#advance(reader);
		}
	}

	#work(client: Client): void {
		if (client.pending.length === 0 || (client.pending.length < 3 && this.#random(3) === 0)) {
			this.#call(client, this.#draw(client));
		} else this.#advance(client);
	}

	#call(client: Client, operation: Operation): void {
		const call = this.#calls++;
		client.pending.push({ call, operation, answer: undefined });
		this.#write({ type: "call", atUs: this.#tick(), call, connection: client.connection, operation });
	}

	/** Carries out the next call, or answers the oldest one. */
	#advance(client: Client): void {
		const next = client.pending.find(({ answer }) => answer === undefined);
		const first = client.pending[0] as Pending;
		if (next !== undefined && (first.answer === undefined || this.#random(2) === 0)) {
			next.answer = this.#carryOut(client, next.operation);
		} else if (first.answer !== undefined) this.#reply(client, first, first.answer);
	}

	#reply(client: Client, { call, operation }: Pending, answer: Answer): void {
		client.pending.shift();
		if (this.#wrong.has(answer)) this.lied = true;
		// A read's zxid may be that of a write that nobody was told of.
		if (answer.err === 0 && isWriting(operation)) this.#answered.add(answer.zxid);
		client.seen = Math.max(client.seen, answer.zxid);
		this.#write({ type: "reply", atUs: this.#tick(), call, ...answer });
	}

	#carryOut(client: Client, operation: Operation): Answer {
		const answer = isWriting(operation) ? this.#decide(client, operation) : this.#read(client, operation);
		client.bound = Math.max(client.bound, answer.zxid);
		return answer;
	}

	#read(client: Client, operation: Operation): Answer {
		if (operation.op === "sync") this.#applied[client.server] = this.#zxid;
		const zxid = this.#applied[client.server] as number;
		const answer = { zxid, ...readAnswer(this.#trees[zxid] as StoryTree, operation) };
		return this.#options.lie === "stale-read" && !this.lied ? this.#stale(client, operation, answer) : answer;
	}

	/** The newest state that is over for this session, where the read shows it. */
	#stale(client: Client, operation: Operation, right: Answer): Answer {
		if (operation.op !== "getData" || right.err !== 0) return right;
		for (let zxid = client.bound - 1; zxid > 1; zxid--) {
			const old = this.#trees[zxid]?.get(operation.path);
			const after = this.#trees[zxid + 1]?.get(operation.path);
			if (old === undefined || old === after || !this.#answered.has(zxid + 1)) continue;
			const wrong = { zxid: right.zxid, ...readAnswer(this.#trees[zxid] as StoryTree, operation) };
			this.#wrong.add(wrong);
			return wrong;
		}
		return right;
	}

	/** Every write takes a zxid, also one that fails. */
	#decide(client: Client, operation: Operation): Answer {
		const zxid = this.#zxid + 1;
		const writing = { zxid, session: client.session, forced: false };
		const { tree, err, result } = applied(this.#tree, operation, writing);
		this.#trees.push(this.#asLied(operation, err, tree, writing));
		this.#applied[client.server] = zxid;
		return { zxid, err, result };
	}

	#asLied(
		operation: Operation,
		err: number,
		right: StoryTree,
		writing: Parameters<typeof applyOperation>[2],
	): StoryTree {
		const { lie } = this.#options;
		if (operation.op !== "setData" || this.#lost !== undefined || lie === undefined || lie === "stale-read")
			return right;
		const node = this.#tree.get(operation.path);
		const isPlace = lie === "lost-write" ? err === 0 : err === errors.BADVERSION;
		if (!isPlace || node === undefined || this.#random(3) > 0) return right;
		this.#lost = { path: operation.path, czxid: node.stat.czxid };
		if (lie === "lost-write") return this.#tree;
		return applied(this.#tree, { ...operation, version: -1 }, writing).tree;
	}

	#break(client: Client): void {
		for (const { call } of client.pending) this.#write({ type: "lost", atUs: this.#tick(), call });
		this.#write({ type: "disconnected", atUs: this.#tick(), connection: client.connection });
		client.stray = client.pending.filter(({ answer, operation }) => answer === undefined && isWriting(operation));
		client.pending = [];
		client.state = "broken";
		if (this.#random(5) === 0) this.#expire(client);
	}

	/** One that was on its way; what stood behind it may still come. */
	#carryOutStray(client: Client): void {
		const [first, ...rest] = client.stray;
		client.stray = this.#random(3) === 0 ? [] : rest;
		if (first === undefined || client.state !== "broken") return;
		const zxid = this.#zxid + 1;
		this.#trees.push(applied(this.#tree, first.operation, { zxid, session: client.session, forced: false }).tree);
		if (first.operation.op === "closeSession") client.state = "expired";
	}

	#expire(client: Client): void {
		client.state = "expired";
		this.#trees.push(withoutSession(this.#tree, client.session, this.#zxid + 1));
	}

	#connect(client: Client): void {
		client.stray = [];
		client.server = this.#random(3);
		if (client.state === "expired") {
			const connection = this.#connecting(client, client.session);
			this.#write({ type: "expired", atUs: this.#tick(), connection });
			Object.assign(client, newClient(client.number), { values: client.values, server: client.server });
			return;
		}
		this.#open(client, client.session);
	}

	#open(client: Client, asked: bigint): void {
		const connection = this.#connecting(client, asked);
		if (asked === 0n) {
			client.session = 0x1000n + BigInt(++this.#sessions);
			this.#trees.push(this.#tree);
			this.#applied[client.server] = this.#zxid;
		}
		this.#catchUp(client.server, Math.max(0, client.seen - (this.#applied[client.server] as number)));
		client.bound = client.seen;
		client.state = "connected";
		this.#write({ type: "connected", atUs: this.#tick(), connection, session: client.session, timeoutMs: 4000 });
	}

	#connecting(client: Client, session: bigint): number {
		client.connection = ++this.#connections;
		const { number, connection, server, seen } = client;
		const base = { atUs: this.#tick(), client: number, connection, server, session, timeoutMs: 4000 };
		this.#write({ type: "connecting", ...base, lastZxid: seen });
		return connection;
	}

	#catchUp(server: number, by: number): void {
		this.#applied[server] = Math.min(this.#zxid, (this.#applied[server] as number) + by);
	}

	#draw(client: Client): Operation {
		const kind = this.#random(20);
		const path = paths[this.#random(paths.length)] as string;
		if (kind < 7) return { op: "getData", path, watch: false };
		if (kind === 7) return { op: "exists", path, watch: false };
		if (kind === 8) return { op: "getChildren", path: this.#random(2) === 0 ? root : path, watch: false };
		if (kind === 9) return { op: "sync", path };
		if (kind === 10) {
			const operations = [this.#drawWrite(client), this.#drawWrite(client)];
			return { op: "multi", operations };
		}
		return this.#drawWrite(client) as Operation;
	}

	#drawWrite(client: Client): Exclude<SubOperation, { op: "check" }> {
		const kind = this.#random(8);
		const path = paths[this.#random(paths.length)] as string;
		const data = `${client.number}.${client.values++}`;
		const version = this.#random(2) === 0 ? -1 : this.#random(4);
		if (kind < 4) return { op: "setData", path, data, version };
		if (kind === 4) return { op: "delete", path, version: -1 };
		if (kind === 5) return { op: "create", path: "/r/b/s-", data, mode: "persistentSequential" };
		return { op: "create", path, data, mode: kind === 6 && path !== "/r/a" ? "ephemeral" : "persistent" };
	}

	#tick(): number {
		this.#atUs += 1 + this.#random(100);
		return this.#atUs;
	}

	#write(record: HistoryRecord): void {
		this.records.push(record);
	}
}

function newClient(number: number): Client {
	const ids = { number, connection: 0, server: 0, session: 0n, seen: 0, bound: 0 };
	return { ...ids, pending: [], stray: [], state: "new", values: 0 };
}

function isWriting({ op }: Operation): boolean {
	return op === "create" || op === "delete" || op === "setData" || op === "multi" || op === "closeSession";
}

type Outcome = { readonly tree: StoryTree; readonly err: number; readonly result: Result };

function applied(tree: StoryTree, operation: Operation, writing: Parameters<typeof applyOperation>[2]): Outcome {
	if (operation.op === "multi") return multiApplied(tree, operation.operations, writing);
	const change = applyOperation(tree, operation as SubOperation, writing);
	if (!change.ok) return { tree, err: change.err, result: { op: "none" } };
	const { result } = change;
	const shown: Result = result.op === "create" || result.op === "setData" ? (result as Result) : { op: "none" };
	return { tree: change.tree, err: 0, result: shown };
}

function multiApplied(
	tree: StoryTree,
	operations: readonly SubOperation[],
	writing: Parameters<typeof applyOperation>[2],
): Outcome {
	let after = tree;
	const results: SubResult[] = [];
	for (const operation of operations) {
		const change = applyOperation(after, operation, writing);
		if (!change.ok)
			return { tree, err: 0, result: { op: "multi", results: refused(operations, results.length, change.err) } };
		after = change.tree;
		results.push(change.result);
	}
	return { tree: after, err: 0, result: { op: "multi", results } };
}

function refused(operations: readonly SubOperation[], failed: number, err: number): SubResult[] {
	return operations.map((_, index) => ({
		op: "error",
		err: index < failed ? 0 : index === failed ? err : errors.RUNTIMEINCONSISTENCY,
	}));
}
