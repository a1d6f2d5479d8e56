import assert from "node:assert/strict";
import fc from "fast-check";
import { sessionId, zxid } from "../model/ids.js";
import type { LogEntry, Txn } from "../model/txns.js";
import { sourceOf } from "./byte-source.js";
import { DamagedFileError } from "./damaged-file.js";
import { isUnborn, logHeaderBytes, paddedBytes, readLog } from "./log-file.js";
import { anyEntries, writtenLog } from "./testing/entries.js";

function read(bytes: Uint8Array, bodyBytesMax = 1 << 20): LogEntry[] {
	return [...readLog(sourceOf("log.1", bytes), bodyBytesMax)].map(({ entry }) => entry);
}

describe("transaction log", () => {
	it("gives back what was written, padded or not", () => {
		fc.assert(
			fc.property(anyEntries(6), fc.nat(64), (entries, paddingBytes) => {
				assert.deepEqual(read(writtenLog(entries, paddingBytes).bytes), entries);
			}),
		);
	});

	it("cut at every byte gives the entries before the cut", () => {
		fc.assert(
			fc.property(anyEntries(4), fc.boolean(), (entries, padded) => {
				const { bytes, ends } = writtenLog(entries);
				for (let cut = logHeaderBytes; cut <= bytes.length; cut++) {
					const torn = padded ? new Uint8Array(bytes.length + 32) : new Uint8Array(cut);
					torn.set(bytes.subarray(0, cut));
					assert.deepEqual(read(torn), entries.slice(0, ends.filter((end) => end <= cut).length));
				}
			}),
			{ numRuns: 25 },
		);
	});

	it("with a byte flipped is refused or ends before the flip, and never gives other entries", () => {
		fc.assert(
			fc.property(anyEntries(3), fc.integer({ min: 1, max: 255 }), (entries, flip) => {
				const { bytes, ends } = writtenLog(entries, 8);
				for (let at = logHeaderBytes; at < (ends.at(-1) ?? 0); at++) {
					const flipped = bytes.slice();
					flipped[at] = (flipped[at] ?? 0) ^ flip;
					checkFlipped(flipped, entries, ends.filter((end) => end <= at).length);
				}
			}),
			{ numRuns: 25 },
		);
	});

	it("with a flipped byte in a body is refused", () => {
		fc.assert(
			fc.property(anyEntries(3), (entries) => {
				const { bytes } = writtenLog(entries, 8);
				bytes[logHeaderBytes + 12] = (bytes[logHeaderBytes + 12] ?? 0) ^ 1;
				assert.throws(() => read(bytes), DamagedFileError);
			}),
		);
	});

	it("writes a create2 inside a multi as the create that every Apache replays", () => {
		const created: Txn = { type: 15, path: "/a", data: null, acl: [], ephemeral: false, parentCversion: 1 };
		const header = { session: sessionId(1n), cxid: 1, zxid: zxid(1), timeMs: 1, type: 14 } as const;
		const multi: LogEntry = { header, txn: { type: 14, txns: [created] }, digest: null };
		assert.deepEqual(read(writtenLog([multi]).bytes)[0]?.txn, { type: 14, txns: [{ ...created, type: 1 }] });
	});

	it("tells a digest of 0 behind a close without paths from a list of two empty ones", () => {
		const header = { session: sessionId(1n), cxid: 1, zxid: zxid(1), timeMs: 1, type: -11 } as const;
		const entry: LogEntry = { header, txn: { type: -11, paths: null }, digest: 0n };
		assert.deepEqual(read(writtenLog([entry]).bytes), [entry]);
	});

	it("refuses a record above the limit", () => {
		const { bytes } =
			fc.sample(
				anyEntries(1).map((entries) => writtenLog(entries)),
				1,
			)[0] ?? writtenLog([]);
		assert.throws(() => read(bytes, 8), /at byte 16: a record of \d+ bytes/);
	});

	it("refuses what is not a log", () => {
		assert.throws(() => read(new Uint8Array(16)), /does not begin with ZKLG/);
		assert.throws(() => read(new Uint8Array(3)), /the header ends after 3 of 16 bytes/);
	});

	it("knows a file that a crash left before its first record", () => {
		assert.equal(isUnborn(sourceOf("log.1", new Uint8Array(0))), true);
		assert.equal(isUnborn(sourceOf("log.1", new Uint8Array(4096))), true);
		assert.equal(isUnborn(sourceOf("log.1", writtenLog([]).bytes)), false);
		const torn = new Uint8Array(4096);
		torn.set(writtenLog([]).bytes.subarray(0, 3));
		assert.equal(isUnborn(sourceOf("log.1", torn)), true);
		assert.equal(isUnborn(sourceOf("log.1", torn.fill(7, 5, 9))), false);
	});

	it("grows as Apache's does", () => {
		const step = 65536 * 1024;
		assert.equal(paddedBytes(16, 16, step), 16 + step);
		assert.equal(paddedBytes(step - 4080, 16 + step, step), 16 + 2 * step);
		assert.equal(paddedBytes(step - 4081, 16 + step, step), 16 + step);
		assert.equal(paddedBytes(5 * step + 1, 16 + step, step), 6 * step);
		assert.equal(paddedBytes(100, 100, 0), 100);
	});
});

/** A flip in the length can make the file end early; only what follows may be missing then. */
function checkFlipped(bytes: Uint8Array, entries: readonly LogEntry[], intact: number): void {
	try {
		assert.deepEqual(read(bytes), entries.slice(0, intact));
	} catch (error) {
		if (!(error instanceof DamagedFileError)) throw error;
	}
}
