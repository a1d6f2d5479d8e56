import assert from "node:assert/strict";
import fc from "fast-check";
import { type SessionId, sessionId, zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { DataTree } from "../tree/data-tree.js";
import { freshTree } from "../tree/fresh-tree.js";
import { StreamIntake } from "./snapshot-intake.js";
import { snapshotStream } from "./snapshot-writer.js";
import { apacheInform, apacheStream, apacheStreamZxid } from "./testing/apache-stream.js";
import { anyEntries } from "./testing/entries.js";
import { readEntry } from "./txn-record.js";

const bytesOf = (hex: string): Uint8Array =>
	Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (byte) => parseInt(byte, 16));

const apache = bytesOf(apacheStream);

function taken(pieces: Iterable<Uint8Array>): StreamIntake {
	const intake = new StreamIntake(1 << 20);
	let behind: Uint8Array | undefined;
	for (const piece of pieces) {
		assert.equal(behind, undefined);
		behind = intake.push(piece);
	}
	assert.equal(behind?.length, 0);
	return intake;
}

function* inPieces(bytes: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.slice(at, at + sizeBytes);
}

function contents({ tree, sessions }: { tree: DataTree; sessions: Map<SessionId, number> }): unknown {
	const nodes = [...tree.walk()].map(([path, { data, acl, stat }]) => ({ path, data, acl, stat }));
	return { nodes: nodes.sort((a, b) => (a.path < b.path ? -1 : 1)), sessions: [...sessions] };
}

function streamOf(tree: DataTree, sessions: ReadonlyMap<SessionId, number>): Uint8Array[] {
	return snapshotStream({
		zxid: tree.lastZxid,
		sessions: [...sessions].map(([id, timeoutMs]) => ({ id, timeoutMs })),
		*nodes() {
			for (const [path, { data, acl, stat }] of tree.walk()) yield { path, data, acl, stat };
		},
		digest: () => ({ zxid: tree.lastZxid, digest: tree.digest }),
	});
}

describe("stream of a snapshot", () => {
	it("from Apache gives Apache's tree", () => {
		const { tree, sessions } = taken([apache]).state;
		assert.deepEqual([...sessions.values()], [10_000, 10_000]);
		assert.deepEqual([...(tree.node("/a")?.children?.keys() ?? [])].sort(), ["e", "s-0000000003", "é"]);
		assert.deepEqual(
			tree.node("/a/é")?.acl.map(({ id }) => id.scheme),
			["world", "digest"],
		);
		tree.lastZxid = zxid(apacheStreamZxid);
		const { header, txn, digest } = readEntry(bytesOf(apacheInform));
		tree.apply(header, txn);
		assert.equal(tree.digest, digest);
	});

	it("comes in pieces of any size", () => {
		const whole = contents(taken([apache]).state);
		for (const sizeBytes of [1, 2, 3, 7, 64, 1000]) {
			const intake = taken(inPieces(apache, sizeBytes));
			assert.deepEqual(contents(intake.state), whole);
			assert.equal(intake.sizeBytes, apache.length);
		}
	});

	it("leaves what is behind it", () => {
		const behind = new StreamIntake(1 << 20).push(Uint8Array.from([...apache, 1, 2, 3]));
		assert.deepEqual(behind, Uint8Array.from([1, 2, 3]));
	});

	it("comes back the same when it is sent on", () => {
		const { tree, sessions } = taken([apache]).state;
		const out = streamOf(tree, sessions);
		assert.deepEqual(contents(taken(out).state), contents({ tree, sessions }));
	});

	it("brings any tree", () => {
		fc.assert(
			fc.property(anyEntries(40), fc.integer({ min: 1, max: 500 }), (entries, sizeBytes) => {
				const tree = freshTree();
				for (const { header, txn } of entries) tree.apply(header, txn);
				// No server's log takes a parent away before its children; the root counts twice.
				fc.pre(tree.nodeCount === [...tree.walk()].length + 1);
				const sessions = new Map([[sessionId(-3n), 7]]);
				const [out] = streamOf(tree, sessions);
				const intake = taken(inPieces(out as Uint8Array, sizeBytes));
				assert.deepEqual(contents(intake.state), contents({ tree, sessions }));
				assert.equal(intake.state.tree.digest, tree.digest);
			}),
			{ numRuns: 100 },
		);
	});

	it("is cut into slices when it is long", () => {
		const tree = freshTree();
		for (let at = 1; at <= 100; at++) {
			const header = { session: sessionId(1n), cxid: 0, zxid: zxid(at), timeMs: at, type: 1 as const };
			const txn = { type: 1, path: `/${at}`, data: new Uint8Array(4000), acl: openAcl, ephemeral: false } as const;
			tree.apply(header, { ...txn, parentCversion: at });
		}
		const slices = streamOf(tree, new Map());
		assert.ok(slices.length > 5);
		assert.equal(taken(slices).state.tree.digest, tree.digest);
	});

	it("is refused when it is none", () => {
		const cut = (change: (bytes: Uint8Array) => void): (() => unknown) => {
			const bytes = apache.slice();
			change(bytes);
			return () => new StreamIntake(1000).push(bytes);
		};
		const wrong = { name: "DecodeError" };
		const nodesAt = apache.findIndex((_, i) => apache.subarray(i, i + 5).join() === "0,0,0,5,47");
		assert.throws(
			cut((bytes) => bytes.fill(0xff, nodesAt, nodesAt + 4)),
			wrong,
		);
		assert.throws(
			cut((bytes) => bytes.fill(0x7f, nodesAt, nodesAt + 4)),
			wrong,
		);
		assert.throws(
			cut((bytes) => bytes.fill(0x61, nodesAt + 4, nodesAt + 5)),
			/without its parent/,
		);
	});
});
