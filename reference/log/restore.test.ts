import assert from "node:assert/strict";
import { Writer } from "../lib/writer.js";
import { sessionId, type Zxid, zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { LogEntry, Txn } from "../model/txns.js";
import type { DataTree } from "../tree/data-tree.js";
import { freshTree } from "../tree/fresh-tree.js";
import { adler32 } from "./adler32.js";
import { sourceOf } from "./byte-source.js";
import { restore } from "./restore.js";
import { writeSnapshot } from "./snapshot-writer.js";
import { writtenLog } from "./testing/entries.js";

const options = { bodyBytesMax: 1_000_000, trustEmpty: false };

/** A tree and the log of how it came to be, one node a transaction. */
function grown(count: number): { readonly tree: DataTree; readonly entries: LogEntry[] } {
	const tree = freshTree();
	const entries: LogEntry[] = [];
	for (let at = 1; at <= count; at++) {
		const txn: Txn = { type: 1, path: `/n${at}`, data: null, acl: openAcl, ephemeral: false, parentCversion: at };
		const header = { session: sessionId(1n), cxid: at, zxid: zxid(at), timeMs: at, type: txn.type };
		tree.apply(header, txn);
		entries.push({ header, txn, digest: tree.digest });
	}
	return { tree, entries };
}

function snapshotOf(tree: DataTree, digest: { readonly zxid: Zxid; readonly digest: bigint }): Uint8Array {
	const nodes = function* () {
		for (const [path, { data, acl, stat }] of tree.walk()) yield { path, data, acl, stat };
	};
	const slices = [...writeSnapshot({ zxid: tree.lastZxid, sessions: [], nodes, digest: () => digest })];
	return Uint8Array.from(slices.flatMap((slice) => [...slice]));
}

/** The last field of a 3.9 snapshot and its seal, written anew. */
function withLastZxid(snapshot: Uint8Array, last: number): Uint8Array {
	const sealBytes = 8 + 4 + 1;
	const writer = new Writer().raw(snapshot.subarray(0, snapshot.length - sealBytes - 8)).long(last);
	return writer.long(adler32(writer.bytes())).ustring("/").copy();
}

function restoreFrom(snapshot: Uint8Array, at: Zxid, entries: readonly LogEntry[], empty: readonly string[] = []) {
	const files = new Map([
		[`snapshot.${at.toString(16)}`, snapshot],
		["log.1", writtenLog(entries).bytes],
		...empty.map((name) => [name, new Uint8Array()] as const),
	]);
	const folder = {
		list: () => [...files.keys()],
		source: (name: string) => sourceOf(name, files.get(name) ?? new Uint8Array()),
	};
	return restore(folder, folder, options);
}

describe("restore", () => {
	it("replays from the zxid of the snapshot's name, not from the later one at its end", () => {
		const { tree: half } = grown(10);
		const { tree: whole, entries } = grown(20);
		const snapshot = withLastZxid(snapshotOf(half, { zxid: zxid(20), digest: whole.digest }), 20);
		const { tree, notes, replayedTxns } = restoreFrom(snapshot, zxid(10), entries);
		assert.deepEqual(
			{ replayedTxns, notes, digest: tree.digest },
			{ replayedTxns: 10, notes: [], digest: whole.digest },
		);
	});

	it("overlooks a digest that is wrong once and says one that stays wrong", () => {
		const { tree: half } = grown(10);
		const { entries } = grown(20);
		const snapshot = snapshotOf(half, { zxid: zxid(12), digest: 1n });
		assert.deepEqual(restoreFrom(snapshot, zxid(10), entries).notes, []);
		const wrong = entries.map((entry) => (entry.header.zxid < 15 ? entry : { ...entry, digest: 1n }));
		assert.match(restoreFrom(snapshot, zxid(10), wrong).notes.join(), /from zxid 0xf on, the tree's digest/);
	});

	it("finds every log without a record behind the last one that has some, and none before it", () => {
		const { tree: half } = grown(10);
		const { tree: whole, entries } = grown(20);
		const snapshot = snapshotOf(half, { zxid: zxid(10), digest: half.digest });
		const { tree, unborn } = restoreFrom(snapshot, zxid(10), entries, ["log.15", "log.100000001"]);
		assert.deepEqual({ unborn, digest: tree.digest }, { unborn: ["log.15", "log.100000001"], digest: whole.digest });
		const files = { list: () => ["log.1", "log.15"], source: (name: string) => sourceOf(name, written(name)) };
		const written = (name: string) => (name === "log.1" ? new Uint8Array() : writtenLog(entries).bytes);
		assert.throws(() => restore(files, files, { ...options, trustEmpty: true }), /log\.1: .*the header ends after 0/);
	});
});
