import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../conformance/client/connection.js";
import { seededRandom, shuffled } from "../../conformance/client/random.js";
import type { Reply } from "../../conformance/client/session-calls.js";
import { SessionClient, type SessionState } from "../../conformance/client/session-client.js";
import { SessionError } from "../../conformance/client/session-error.js";
import { codec, mustCall } from "../durability/sessions.js";
import type { TreeDump } from "../durability/tree-dump.js";
import { waitFor } from "./bounded-wait.js";
import { judge } from "./verdict.js";
import { type Found, nothingKnown, plannedWrite, type Write } from "./write-record.js";

/** How fast a writer writes: so many requests at once, again after a while, and no more than `outstandingMax` in all. */
export interface Pace {
	readonly burst: number;
	readonly pauseMs: number;
	readonly outstandingMax: number;
}

export interface WriterOptions {
	readonly root: string;
	readonly servers: readonly Address[];
	/** Index of the server that it is connected to first. */
	readonly home: number;
	readonly roundDelayMs: number;
	/** Told of every acknowledged write. */
	readonly onAcknowledged: (zxid: bigint, atMs: number) => void;
}

const sessionTimeoutMs = 30_000;
const settleTimeoutMs = 90_000;

/** One session that writes below a root of its own and keeps a record of every request. */
export class Writer {
	readonly session: SessionClient;
	readonly root: string;
	acknowledged = 0;
	inDoubt = 0;
	/** States that a session must never reach. */
	readonly lost: string[] = [];
	readonly #options: WriterOptions;
	#connection = 0;
	#next = 0;
	#writes: Write[] = [];
	#pending = 0;
	#known = nothingKnown;
	#wake = () => {};

	constructor(options: WriterOptions) {
		this.#options = options;
		this.root = options.root;
		this.session = new SessionClient(codec, {
			servers: options.servers,
			timeoutMs: sessionTimeoutMs,
			seed: seedThatBeginsAt(options.servers, options.home),
			roundDelayMs: options.roundDelayMs,
			onState: (state) => this.#became(state),
			onFault: (text) => this.lost.push(text),
		});
	}

	/** Makes the root, the key and an ephemeral node; nothing else may be sent before. */
	async prepare(): Promise<void> {
		await mustCall(this.session, "create", { path: this.root });
		await mustCall(this.session, "create", { path: `${this.root}/key`, data: "-1" });
		await mustCall(this.session, "create", { path: `${this.root}/me`, flags: "EPHEMERAL" });
	}

	/** Writes until `stop` says so or so many more are sent. */
	async write(pace: () => Pace, stop: () => boolean, count = Number.POSITIVE_INFINITY): Promise<void> {
		const last = this.#next + count;
		while (!stop() && this.#next < last && this.lost.length === 0) {
			const { burst, pauseMs, outstandingMax } = pace();
			for (let n = 0; n < burst && this.#next < last && this.#mayWrite(outstandingMax); n++) this.#send();
			await sleep(pauseMs);
		}
	}

	/** Waits until every request has its reply or is in doubt, and the session is connected. */
	async settle(): Promise<void> {
		await waitFor(`${this.root}: all ${this.#pending} requests answered, connected`, settleTimeoutMs, () =>
			this.lost.length > 0 || (this.#pending === 0 && this.session.state === "CONNECTED") ? true : undefined,
		);
	}

	/** Waits for the next acknowledged write. */
	async nextAcknowledged(): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
		});
	}

	/** Holds the record against what a server has, and forgets it. */
	judge(dump: TreeDump): string[] {
		const { problems, known } = judge(this.#known, this.#writes, this.#found(dump));
		this.#known = known;
		this.#writes = [];
		const lines = [...this.lost, ...problems, ...this.#judgeEphemeral(dump)];
		return lines.map((line) => `${this.root}: ${line}`);
	}

	#judgeEphemeral(dump: TreeDump): string[] {
		const me = dump.get(`${this.root}/me`) as { data: { stat: { ephemeralOwner: unknown } } } | undefined;
		const owner = String(me?.data.stat.ephemeralOwner);
		return owner === String(this.session.sessionId) ? [] : [`the ephemeral node belongs to ${owner}`];
	}

	#found(dump: TreeDump): Found {
		type Node = {
			data: { data: { hex: string }; stat: { version: number; czxid: number; mzxid: number } };
			names: readonly string[];
		};
		const read = (name: string) => {
			const { data } = dump.get(`${this.root}/${name}`) as Node;
			return { text: Buffer.from(data.data.hex, "hex").toString(), stat: data.stat };
		};
		const names = (dump.get(this.root) as Node | undefined)?.names ?? [];
		const nodes = names
			.filter((name) => name.startsWith("n-"))
			.map((name) => {
				const { text, stat } = read(name);
				return [Number(name.slice(2)), { data: text, czxid: BigInt(stat.czxid) }] as const;
			});
		if (!names.includes("key")) return { nodes: new Map(nodes), key: { version: -1, data: "-1", mzxid: 0n } };
		const { text, stat } = read("key");
		return { nodes: new Map(nodes), key: { version: stat.version, data: text, mzxid: BigInt(stat.mzxid) } };
	}

	#mayWrite(outstandingMax: number): boolean {
		return this.session.state === "CONNECTED" && this.#pending < outstandingMax;
	}

	#send(): void {
		const write = plannedWrite(this.#next++, this.#connection);
		this.#writes.push(write);
		this.#pending++;
		this.#request(write).then(
			(reply) => this.#answered(write, reply),
			(error: unknown) => this.#broken(write, error),
		);
	}

	#request({ kind, index, node }: Write): Promise<Reply> {
		const path = `${this.root}/n-${node}`;
		const key = `${this.root}/key`;
		switch (kind) {
			case "create":
				return this.session.call("create", { path, data: `${index}` });
			case "set":
				return this.session.call("setData", { path: key, data: `${index}`, version: -1 });
			case "remove":
				return this.session.call("delete", { path, version: -1 });
			case "refused":
				return this.session.call("setData", { path: key, data: `${index}`, version: 2 ** 30 });
		}
	}

	#answered(write: Write, { err, zxid }: Reply): void {
		this.#pending--;
		write.outcome = { type: "answered", err: codec.errorName(err), zxid };
		if (err !== 0) return;
		this.acknowledged++;
		this.#options.onAcknowledged(zxid, performance.now());
		this.#wake();
	}

	#broken(write: Write, error: unknown): void {
		if (!(error instanceof SessionError)) throw error;
		this.#pending--;
		this.inDoubt++;
		write.outcome = { type: "doubt" };
	}

	#became(state: SessionState): void {
		if (state === "CONNECTED") this.#connection++;
		if (state === "EXPIRED" || state === "AUTH_FAILED") this.lost.push(`the session is ${state}`);
	}
}

/** The session tries its servers in an order that the seed decides. */
function seedThatBeginsAt(servers: readonly Address[], home: number): number {
	for (let seed = 0; ; seed++) if (shuffled(servers, seededRandom(seed))[0] === servers[home]) return seed;
}
