import type { EventType, HistoryRecord, Operation, SubOperation } from "../../history/record.js";
import { seededBelow } from "./seeded-below.js";
import { readAnswer, type StoryAnswer } from "./story-result.js";
import { applyOperation, freshTree, type StoryTree, withoutSession } from "./story-tree.js";
import { WatchTables } from "./watch-tables.js";

/** What a server does wrong, once. */
export type WatchLie =
	/** It fires a watch and sends no event. */
	| "lost-event"
	/** It sends the event behind its next reply. */
	| "late-event"
	| "event-sent-twice"
	/** It answers setWatches and has none of the watches. */
	| "watches-not-restored";

export interface WatchedStoreOptions {
	readonly seed: number;
	readonly steps: number;
	/** Whether writes come in doubt and sessions expire. */
	readonly breaks: boolean;
	readonly lie?: WatchLie;
}

/** One decision, with what it does to the tree and what watches see of it. */
interface Entry {
	readonly zxid: number;
	readonly tree: StoryTree;
	readonly changes: readonly { readonly event: EventType; readonly path: string }[];
	readonly author: Client | undefined;
	readonly answer: StoryAnswer;
}

type NodeEvent = Entry["changes"][number];

interface Client {
	readonly number: number;
	session: bigint;
	connection: number;
	server: number;
	/** Highest zxid that it was answered. */
	seen: number;
	/** The write that it waits for. */
	waitsFor: { readonly call: number; readonly zxid: number } | undefined;
	/** As its server has them. */
	watches: WatchTables;
	/** As it would set them again. */
	own: WatchTables;
	/** Events that a lie holds back. */
	held: HistoryRecord[];
	state: "connected" | "broken" | "none";
}

const root = "/r";
const paths = ["/r/a", "/r/b", "/r/a/x", "/r/a/y"];

/**
 * Records of a few clients that watch and write: servers apply one log of decisions, each in its time, and fire the watches
 * of their own connections as they do. Returns whether the lie was told.
 */
export function watchedRun(options: WatchedStoreOptions): { records: readonly HistoryRecord[]; lied: boolean } {
	const store = new WatchedStore(options);
	for (let step = 0; step < options.steps; step++) store.step();
	store.finish();
	return { records: store.records, lied: store.lied };
}

class WatchedStore {
	readonly records: HistoryRecord[] = [];
	lied = false;
	readonly #options: WatchedStoreOptions;
	readonly #random: (below: number) => number;
	readonly #log: Entry[] = [
		{ zxid: 1, tree: freshTree(root), changes: [], author: undefined, answer: { err: 0, result: { op: "none" } } },
	];
	/** How many entries each server has applied. */
	readonly #applied = [1, 1, 1];
	readonly #clients: Client[];
	/** Sessions that nobody grants any more. */
	readonly #ended = new Set<bigint>();
	#connections = 0;
	#calls = 0;
	#sessions = 0x100n;
	#values = 0;
	/** How often the lie could be told before it is. */
	#patience: number;
	/** The connection that was lied to: only its next reply can show it. */
	#liedTo: number | undefined;

	constructor(options: WatchedStoreOptions) {
		this.#options = options;
		this.#random = seededBelow(options.seed);
		this.#patience = options.lie === "watches-not-restored" ? 0 : this.#random(4);
		this.#clients = [0, 1, 2, 3].map(newClient);
		for (const client of this.#clients) this.#open(client);
	}

	step(): void {
		const client = this.#clients[this.#random(this.#clients.length)] as Client;
		if (this.#random(3) === 0) this.#apply(this.#random(this.#applied.length));
		else if (client.state === "none") this.#open(client);
		else if (client.state === "broken") this.#comeBack(client);
		else if (client.waitsFor !== undefined) this.#breakMaybe(client);
		else this.#act(client);
	}

	/** Everybody applies everything, and everybody looks once more. */
	finish(): void {
		for (const server of this.#applied.keys()) while (this.#apply(server));
		for (const client of this.#clients) {
			if (client.state === "connected") this.#read(client, { op: "exists", path: root, watch: false });
		}
		this.records.push({ type: "phase", atUs: this.#now(), phase: "end" });
		if (this.#mayBeOfAnother()) this.lied = false;
	}

	/**
	 * A second event that names no zxid may be that of the next such change, to a persistent watch, as long as that one's own
	 * does not come: a connection that ends before it shows nothing.
	 */
	#mayBeOfAnother(): boolean {
		const ends = this.#clients.every(({ connection, state }) => connection !== this.#liedTo || state !== "connected");
		return this.#options.lie === "event-sent-twice" && !this.#tellsZxids && ends;
	}

	/** As servers do since 3.9. */
	get #tellsZxids(): boolean {
		return this.#options.seed % 2 === 0;
	}

	#act(client: Client): void {
		const path = paths[this.#random(paths.length)] as string;
		const kind = this.#random(20);
		const watch = this.#random(2) === 0;
		if (kind < 4) this.#read(client, { op: "getData", path, watch });
		else if (kind < 7) this.#read(client, { op: "exists", path, watch });
		else if (kind < 10) this.#read(client, { op: "getChildren", path: this.#random(2) === 0 ? root : path, watch });
		else if (kind === 10) this.#read(client, { op: "addWatch", path, recursive: this.#random(2) === 0 });
		else if (kind === 11) this.#leave(client);
		else if (kind === 12 && this.#options.breaks) this.#close(client);
		else this.#write(client, this.#drawWrite(path));
	}

	#drawWrite(path: string): Operation {
		const kind = this.#random(8);
		const data = `${++this.#values}`;
		const mode = this.#options.breaks && this.#random(3) === 0 ? "ephemeral" : "persistent";
		if (kind < 3) return { op: "create", path, data, mode };
		if (kind < 6) return { op: "setData", path, data, version: -1 };
		if (kind === 6) return { op: "delete", path, version: -1 };
		const other = paths[this.#random(paths.length)] as string;
		const operations: SubOperation[] = [
			{ op: "setData", path, data, version: -1 },
			{ op: "setData", path: other, data: `${++this.#values}`, version: -1 },
		];
		return { op: "multi", operations };
	}

	#open(client: Client): void {
		Object.assign(client, newClient(client.number), { session: ++this.#sessions });
		this.#connect(client, 0n, this.#random(this.#applied.length));
	}

	#connect(client: Client, session: bigint, server: number): void {
		const connection = ++this.#connections;
		const base = { atUs: this.#now(), connection };
		const { number, seen: lastZxid } = client;
		this.records.push({ type: "connecting", ...base, client: number, server, session, lastZxid, timeoutMs: 4000 });
		this.records.push({ type: "connected", ...base, session: client.session, timeoutMs: 4000 });
		Object.assign(client, { connection, server, state: "connected", watches: new WatchTables() });
	}

	#leave(client: Client): void {
		const { connection } = client;
		if (client.waitsFor !== undefined)
			this.records.push({ type: "lost", atUs: this.#now(), call: client.waitsFor.call });
		this.records.push({ type: "disconnected", atUs: this.#now(), connection });
		Object.assign(client, { state: "broken", waitsFor: undefined, watches: new WatchTables(), held: [] });
	}

	#breakMaybe(client: Client): void {
		if (this.#options.breaks && this.#random(4) === 0) this.#leave(client);
		else this.#apply(client.server);
	}

	/** To a server that knows what the client knows, with its watches; or it expires. */
	#comeBack(client: Client): void {
		if (this.#options.breaks && this.#random(6) === 0) {
			this.#endSession(client.session, undefined);
			client.state = "none";
			return;
		}
		if (this.#ended.has(client.session)) {
			client.state = "none";
			return;
		}
		const server = this.#random(this.#applied.length);
		if (this.#treeOf(server).zxid < client.seen) return;
		this.#connect(client, client.session, server);
		if (client.own.isEmpty) return;
		const operation = { op: "setWatches" as const, relativeZxid: client.seen, watches: client.own.lists() };
		const call = this.#call(client, operation);
		this.#restore(client, operation);
		this.#reply(client, call, this.#treeOf(server).zxid, { err: 0, result: { op: "none" } });
	}

	#restore(client: Client, operation: Operation & { readonly op: "setWatches" }): void {
		const { tree } = this.#treeOf(client.server);
		const events = client.watches.restore(operation.watches, operation.relativeZxid, tree);
		if (events.length > 0 && this.#lies("watches-not-restored", client)) {
			client.watches = new WatchTables();
			client.own = new WatchTables();
			return;
		}
		// A deletion is told to the data watch and to the child watch: of two that say the same, nobody misses one.
		const told = this.#options.lie === "lost-event" ? distinct(events) : events;
		for (const { event, path } of told) this.#send(client, event, path, undefined);
	}

	#read(client: Client, operation: Operation): void {
		const { tree, zxid } = this.#treeOf(client.server);
		const call = this.#call(client, operation);
		const answer = readAnswer(tree, operation);
		client.watches.ask(operation, answer.err);
		client.own.ask(operation, answer.err);
		this.#reply(client, call, zxid, answer);
	}

	#write(client: Client, operation: Operation): void {
		const call = this.#call(client, operation);
		const zxid = this.#last().zxid + 1;
		const [tree, answer, changes] = decide(this.#last().tree, operation, {
			zxid,
			session: client.session,
			forced: false,
		});
		this.#log.push({ zxid, tree, changes, author: client, answer });
		client.waitsFor = { call, zxid };
	}

	#close(client: Client): void {
		const call = this.#call(client, { op: "closeSession" });
		client.waitsFor = { call, zxid: this.#last().zxid + 1 };
		this.#endSession(client.session, client);
	}

	#endSession(session: bigint, author: Client | undefined): void {
		this.#ended.add(session);
		const zxid = this.#last().zxid + 1;
		const { tree } = this.#last();
		const after = withoutSession(tree, session, zxid);
		const gone = [...tree.keys()].filter((path) => !after.has(path));
		const changes = gone.flatMap((path) => withParent("deleted", path));
		this.#log.push({ zxid, tree: after, changes, author, answer: { err: 0, result: { op: "none" } } });
	}

	/** False when the server has applied everything. */
	#apply(server: number): boolean {
		const entry = this.#log[this.#applied[server] as number];
		if (entry === undefined) return false;
		this.#applied[server] = (this.#applied[server] as number) + 1;
		const here = this.#clients.filter((client) => client.state === "connected" && client.server === server);
		for (const client of here) this.#fire(client, entry);
		const { author } = entry;
		if (author === undefined || !here.includes(author) || author.waitsFor?.zxid !== entry.zxid) return true;
		const { call } = author.waitsFor;
		author.waitsFor = undefined;
		this.#reply(author, call, entry.zxid, entry.answer);
		if (
			this.records.some(
				(record) => record.type === "call" && record.call === call && record.operation.op === "closeSession",
			)
		) {
			this.#leave(author);
			author.state = "none";
		}
		return true;
	}

	/** A deletion fires the watches of both tables with one event. */
	#fire(client: Client, { changes, zxid }: Entry): void {
		for (const { event, path } of changes) {
			if (client.watches.fire(event, path)) this.#send(client, event, path, this.#tellsZxids ? zxid : -1);
		}
	}

	/** `zxid` is undefined for what setWatches answers: a second one could be of the persistent watch that it sets too. */
	#send(client: Client, event: EventType, path: string, zxid: number | undefined): void {
		client.own.fire(event, path);
		const { connection } = client;
		const record: HistoryRecord = { type: "event", atUs: this.#now(), connection, zxid: zxid ?? -1, event, path };
		if (this.#lies("lost-event", client)) return;
		if (this.#lies("late-event", client)) {
			client.held.push(record);
			return;
		}
		this.records.push(record);
		if (zxid !== undefined && this.#lies("event-sent-twice", client)) this.records.push(record);
	}

	#lies(lie: WatchLie, { connection }: Client): boolean {
		if (this.#options.lie !== lie || this.#liedTo !== undefined || this.#patience-- > 0) return false;
		this.#liedTo = connection;
		return true;
	}

	#call({ connection }: Client, operation: Operation): number {
		this.records.push({ type: "call", atUs: this.#now(), call: this.#calls, connection, operation });
		return this.#calls++;
	}

	#reply(client: Client, call: number, zxid: number, { err, result }: StoryAnswer): void {
		this.records.push({ type: "reply", atUs: this.#now(), call, zxid, err, result });
		client.seen = Math.max(client.seen, zxid);
		this.records.push(...client.held.splice(0));
		if (client.connection === this.#liedTo) this.lied = true;
	}

	#treeOf(server: number): Entry {
		return this.#log[(this.#applied[server] as number) - 1] as Entry;
	}

	#last(): Entry {
		return this.#log.at(-1) as Entry;
	}

	#now(): number {
		return this.records.length * 1000;
	}
}

function newClient(number: number): Client {
	const tables = { watches: new WatchTables(), own: new WatchTables() };
	return {
		number,
		session: 0n,
		connection: 0,
		server: 0,
		seen: 0,
		waitsFor: undefined,
		...tables,
		held: [],
		state: "none",
	};
}

function distinct(events: readonly NodeEvent[]): NodeEvent[] {
	return [...new Map(events.map((one) => [`${one.event} ${one.path}`, one])).values()];
}

type Writing = Parameters<typeof applyOperation>[2];

function decide(tree: StoryTree, operation: Operation, writing: Writing): [StoryTree, StoryAnswer, Entry["changes"]] {
	const parts = operation.op === "multi" ? operation.operations : [operation as SubOperation];
	const changes: { event: EventType; path: string }[] = [];
	const results: unknown[] = [];
	let after = tree;
	for (const [index, part] of parts.entries()) {
		const change = applyOperation(after, part, writing);
		if (!change.ok) {
			const errors = parts.map((_, at) => ({ op: "error", err: at < index ? 0 : at === index ? change.err : -2 }));
			const result = operation.op === "multi" ? { op: "multi", results: errors } : { op: "none" };
			return [tree, { err: operation.op === "multi" ? 0 : change.err, result } as StoryAnswer, []];
		}
		after = change.tree;
		results.push(change.result);
		if (part.op === "setData") changes.push({ event: "dataChanged", path: part.path });
		else if (part.op !== "check") changes.push(...withParent(part.op === "create" ? "created" : "deleted", part.path));
	}
	const single = operation.op === "delete" ? { op: "none" } : results[0];
	const result = operation.op === "multi" ? { op: "multi", results } : single;
	return [after, { err: 0, result } as StoryAnswer, changes];
}

/** First the node's event, then its parent's. */
function withParent(event: EventType, path: string): { event: EventType; path: string }[] {
	return [
		{ event, path },
		{ event: "childrenChanged", path: path.slice(0, path.lastIndexOf("/")) },
	];
}
