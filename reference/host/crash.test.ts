import assert from "node:assert/strict";
import fc from "fast-check";
import { restore } from "../log/restore.js";
import { errors } from "../model/errors.js";
import { linkId, type SessionId, sessionId, type Zxid, zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { LogEntry, Txn } from "../model/txns.js";
import type { ServerEffects, ServerState } from "../server/contract.js";
import type { DataTree } from "../tree/data-tree.js";
import { freshTree } from "../tree/fresh-tree.js";
import { Host, type HostEvent, type Machine } from "./host.js";
import type { HostLimits } from "./storage.js";
import { MemoryDisk } from "./testing/memory-disk.js";

const link = linkId(1);
const limits: HostLimits = {
	preAllocBytes: 256,
	snapCount: 6,
	snapSizeBytes: 0,
	logFileBytesMax: 500,
	snapRetainCount: 2,
	purgeIntervalMs: 1,
};

/** What the outside world saw: every entry that was decided, and the last one that was acknowledged. */
interface History {
	entries: LogEntry[];
	acknowledged: Zxid;
}

type Move =
	| { readonly type: "write"; readonly seeds: readonly number[] }
	| { readonly type: "turn" | "finishLog" | "finishSnapshots" }
	| { readonly type: "crash"; readonly shares: readonly number[] };

const move: fc.Arbitrary<Move> = fc.oneof(
	{
		weight: 4,
		arbitrary: fc
			.array(fc.nat(255), { minLength: 1, maxLength: 6 })
			.map((seeds) => ({ type: "write", seeds }) as const),
	},
	{ weight: 8, arbitrary: fc.constantFrom({ type: "turn" } as const, { type: "finishLog" } as const) },
	{ weight: 3, arbitrary: fc.constant({ type: "finishSnapshots" } as const) },
	{
		weight: 1,
		arbitrary: fc
			.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 })
			.map((shares) => ({ type: "crash", shares }) as const),
	},
);

/** A machine with its disks: what a crash leaves of it starts the next one. */
class Station {
	readonly #history: History;
	#log: MemoryDisk;
	#snapshots: MemoryDisk;
	#host: Host;
	#nowMs = 0;

	constructor(history: History) {
		this.#history = history;
		[this.#log, this.#snapshots] = this.#disks(undefined);
		this.#host = this.#start();
	}

	move(move: Move): void {
		if (move.type === "write") this.#host.post({ type: "received", link, bytes: Uint8Array.from(move.seeds) });
		else if (move.type === "turn") this.#turn();
		else if (move.type === "finishLog") this.#log.finishFlushes(1);
		else if (move.type === "finishSnapshots") this.#snapshots.finishFlushes(1);
		else if (move.type === "crash") this.#crash(move.shares);
	}

	#disks(shares: readonly number[] | undefined): [MemoryDisk, MemoryDisk] {
		let draws = 0;
		const share = (): number => shares?.[draws++ % shares.length] ?? 0;
		// The lambda reads #host when an event comes, by then it is the new one.
		const post = (event: HostEvent): void => this.#host.post(event);
		return [
			new MemoryDisk((event) => post({ type: "logDisk", event }), shares && this.#log.afterCrash(share)),
			new MemoryDisk((event) => post({ type: "snapshotDisk", event }), shares && this.#snapshots.afterCrash(share)),
		];
	}

	#crash(shares: readonly number[]): void {
		[this.#log, this.#snapshots] = this.#disks(shares);
		this.#host = this.#start();
	}

	#start(): Host {
		const restored = restore(this.#snapshots, this.#log, { bodyBytesMax: 1 << 20, trustEmpty: false });
		for (const name of restored.unborn) this.#log.remove(name);
		checkRestored(restored, this.#history);
		assert.deepEqual(
			restored.notes.filter((note) => !note.includes("passed over")),
			[],
		);
		const host = new Host({
			logDisk: this.#log,
			snapshotDisk: this.#snapshots,
			network: { connect: () => assert.fail("connects"), send() {}, close() {}, pause() {}, resume() {} },
			limits,
			state: { ...restored, fresh: restored.snapshot === undefined },
			clock: () => ({ nowMs: this.#nowMs, wallMs: this.#nowMs }),
			random: () => 0.5,
			makeMachine: (effects) => echoMachine(this.#history, restored, effects),
			wake() {},
			onReady() {},
			onStopped: () => assert.fail("stopped"),
			onDiskFailed: (reason) => assert.fail(reason),
		});
		host.start();
		return host;
	}

	#turn(): void {
		this.#nowMs++;
		this.#host.turn();
	}
}

/** Each received byte becomes a transaction, which is applied and acknowledged once it is flushed. */
function echoMachine(history: History, { tree, sessions }: ServerState, effects: ServerEffects): Machine {
	const waiting: LogEntry[] = [];
	let next = tree.lastZxid + 1;
	const model = modelOf(history.entries).tree;
	return {
		deadlineMs: Number.POSITIVE_INFINITY,
		step(event) {
			if (event.type === "received") {
				for (const seed of event.bytes) {
					const { header, txn } = entryOf(zxid(next++), seed, model);
					model.apply(header, txn);
					const entry = { header, txn, digest: model.digest };
					history.entries.push(entry);
					waiting.push(entry);
					effects.propose(entry);
				}
			} else if (event.type === "committed") {
				while (waiting[0] !== undefined && waiting[0].header.zxid <= event.upTo) {
					const entry = waiting.shift() as LogEntry;
					applyTo(tree, sessions, entry);
					history.acknowledged = entry.header.zxid;
				}
			}
		},
	};
}

/** A few nodes that come, change and go, ephemerals and sessions among them. */
function entryOf(at: Zxid, seed: number, tree: DataTree): Pick<LogEntry, "header" | "txn"> {
	const path = `/${seed % 5}`;
	const session = sessionId(BigInt(1 + (seed % 3)));
	const txns: Txn[] = [
		{ type: 1, path, data: Uint8Array.from([seed]), acl: openAcl, ephemeral: seed % 2 === 0, parentCversion: at },
		{ type: 5, path, data: new Uint8Array(seed), version: at },
		{ type: 2, path },
		{ type: 7, path, acl: [{ perms: 1 + (seed % 31), id: { scheme: "world", id: "anyone" } }], version: at },
		{ type: -10, timeoutMs: 1000 + seed },
		{ type: -11, paths: [...tree.index.ephemerals(session)] },
		{
			type: 14,
			txns: [
				{ type: 2, path },
				{ type: 2, path: `/${(seed + 1) % 5}` },
			],
		},
		{ type: -1, error: -101 },
	];
	const txn = decided(txns[seed % txns.length] as Txn, tree);
	return { header: { session, cxid: seed, zxid: at, timeMs: at, type: txn.type }, txn };
}

/**
 * A server logs a change only once it has judged it against the tree, else an error. Replay over a fuzzy snapshot relies on
 * that: a create that came to nothing at first would make a node where a later delete is in the snapshot already.
 */
function decided(txn: Txn, tree: DataTree): Txn {
	const isThere = (part: Txn): boolean => "path" in part && tree.node(part.path) !== undefined;
	if (txn.type === 1 && isThere(txn)) return { type: -1, error: errors.nodeExists };
	if (txn.type === 14 && !txn.txns.every(isThere)) return { type: -1, error: errors.noNode };
	if ((txn.type === 2 || txn.type === 5 || txn.type === 7) && !isThere(txn)) return { type: -1, error: errors.noNode };
	return txn;
}

function applyTo(tree: DataTree, sessions: Map<SessionId, number>, { header, txn }: LogEntry): void {
	tree.apply(header, txn);
	if (txn.type === -10) sessions.set(header.session, txn.timeoutMs);
	if (txn.type === -11) sessions.delete(header.session);
}

function modelOf(entries: readonly LogEntry[]): ServerState {
	const state = { tree: freshTree(), sessions: new Map<SessionId, number>() };
	for (const entry of entries) applyTo(state.tree, state.sessions, entry);
	return state;
}

/** All that was acknowledged and some of what followed, in order; what did not survive is forgotten from here on. */
function checkRestored({ tree, sessions }: ServerState, history: History): void {
	assert.ok(tree.lastZxid >= history.acknowledged, `acknowledged ${history.acknowledged}, found ${tree.lastZxid}`);
	history.entries = history.entries.slice(0, tree.lastZxid);
	const model = modelOf(history.entries);
	assert.equal(tree.lastZxid, history.entries.length);
	assert.equal(tree.digest, model.tree.digest);
	assert.deepEqual(contents(tree), contents(model.tree));
	assert.deepEqual(new Map([...sessions].sort()), new Map([...model.sessions].sort()));
}

function contents(tree: DataTree): unknown {
	return [...tree.walk()]
		.map(([path, { data, acl, stat }]) => ({ path, data, acl, stat }))
		.sort((a, b) => (a.path < b.path ? -1 : 1));
}

describe("host and disk under crashes", () => {
	it("lose nothing that was acknowledged and invent nothing", function () {
		this.timeout(60_000);
		fc.assert(
			fc.property(fc.array(move, { minLength: 20, maxLength: 200, size: "max" }), (moves) => {
				const history: History = { entries: [], acknowledged: zxid(0) };
				const station = new Station(history);
				for (const each of moves) station.move(each);
				station.move({ type: "crash", shares: [0] });
			}),
			{ numRuns: 50 },
		);
	});
});
