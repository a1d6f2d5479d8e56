import assert from "node:assert/strict";
import { linkId, type Zxid, zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import { freshTree } from "../tree/fresh-tree.js";
import { Host, type HostEvent } from "./host.js";
import { MemoryDisk } from "./testing/memory-disk.js";

/** A server that logs one entry for each byte and notes what it is told. */
class Bench {
	readonly calls: string[] = [];
	readonly flushed: Zxid[] = [];
	readonly log: MemoryDisk;
	readonly snapshots: MemoryDisk;
	readonly host: Host;
	#next = 1;

	constructor() {
		const post = (event: HostEvent): void => this.host.post(event);
		this.log = new MemoryDisk((event) => post({ type: "logDisk", event }));
		this.snapshots = new MemoryDisk((event) => post({ type: "snapshotDisk", event }));
		const note = (call: string): void => void this.calls.push(call);
		this.host = new Host({
			logDisk: this.log,
			snapshotDisk: this.snapshots,
			network: {
				connect: () => assert.fail("connects"),
				send: (link, bytes, left) => {
					note(`send ${link} ${[...bytes]}`);
					left?.();
				},
				close: (link) => note(`close ${link}`),
				pause: (link) => note(`pause ${link}`),
				resume: (link) => note(`resume ${link}`),
			},
			limits: {
				preAllocBytes: 0,
				snapCount: 1000,
				snapSizeBytes: 0,
				logFileBytesMax: 0,
				snapRetainCount: 3,
				purgeIntervalMs: 0,
			},
			state: { tree: freshTree(), sessions: new Map(), fresh: true, replayedTxns: 0, replayedBytes: 0 },
			clock: () => ({ nowMs: 0, wallMs: 0 }),
			random: () => 0,
			makeMachine: (effects) => ({
				deadlineMs: Number.POSITIVE_INFINITY,
				step: (event) => {
					if (event.type === "committed") this.flushed.push(event.upTo);
					if (event.type !== "received") return;
					for (const byte of event.bytes) {
						effects.propose(entryOf(this.#next++));
						effects.send(event.link, Uint8Array.from([byte]));
					}
					if (event.bytes.includes(0)) effects.close(event.link);
				},
			}),
			wake() {},
			onReady: () => note("ready"),
			onStopped: () => note("stopped"),
			onDiskFailed: (reason) => note(`disk failed: ${reason}`),
		});
	}

	/** Up to where clients may come. */
	start(): this {
		this.host.start();
		for (let turn = 0; turn < 5; turn++) {
			this.host.turn();
			this.snapshots.finishFlushes();
		}
		this.host.turn();
		assert.deepEqual(this.calls.splice(0), ["ready"]);
		return this;
	}

	receive(link: number, ...bytes: number[]): void {
		this.host.post({ type: "received", link: linkId(link), bytes: Uint8Array.from(bytes) });
	}
}

function entryOf(at: number): LogEntry {
	const header = { session: 0n, cxid: 0, zxid: zxid(at), timeMs: 0, type: -1 } as LogEntry["header"];
	return { header, txn: { type: -1, error: 0 }, digest: null };
}

describe("host", () => {
	it("is ready when the first snapshot is on disk", () => {
		const { snapshots } = new Bench().start();
		assert.deepEqual(snapshots.list(), ["snapshot.0"]);
	});

	it("makes one write a link and one flush of a turn", () => {
		const bench = new Bench().start();
		bench.receive(1, 1, 2);
		bench.receive(2, 3);
		bench.receive(1, 4, 0);
		bench.host.turn();
		assert.deepEqual(bench.calls, ["send 1 1,2,4,0", "send 2 3", "close 1"]);
		bench.log.finishFlushes(1);
		bench.host.turn();
		assert.deepEqual(bench.flushed, [5]);
	});

	it("leaves what comes during a flush to the next one", () => {
		const bench = new Bench().start();
		for (const byte of [1, 2, 3]) {
			bench.receive(1, byte);
			bench.host.turn();
		}
		bench.log.finishFlushes();
		assert.deepEqual(bench.flushed, []);
		bench.host.turn();
		assert.deepEqual(bench.flushed, [1]);
		bench.log.finishFlushes();
		bench.host.turn();
		assert.deepEqual(bench.flushed, [1, 3]);
	});

	it("acknowledges nothing any more when the disk fails", () => {
		const bench = new Bench().start();
		bench.receive(1, 1);
		bench.host.turn();
		bench.log.fail("no space left");
		bench.receive(1, 2);
		bench.host.turn();
		bench.log.finishFlushes();
		bench.log.flush(99);
		bench.host.turn();
		bench.receive(1, 3);
		bench.host.turn();
		assert.deepEqual(bench.flushed, []);
		assert.deepEqual(bench.calls, ["send 1 1", "send 1 2", "disk failed: no space left"]);
	});

	it("stops when all that it logged is on disk", () => {
		const bench = new Bench().start();
		bench.receive(1, 1);
		bench.host.turn();
		bench.host.post({ type: "stop" });
		bench.host.turn();
		bench.receive(1, 2);
		bench.host.turn();
		assert.deepEqual(bench.calls, ["send 1 1"]);
		bench.log.finishFlushes();
		bench.host.turn();
		assert.deepEqual(bench.flushed, [1]);
		assert.deepEqual(bench.calls, ["send 1 1", "stopped"]);
	});
});
