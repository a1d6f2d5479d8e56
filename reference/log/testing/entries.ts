import fc from "fast-check";
import { Writer } from "../../lib/writer.js";
import { sessionId, zxid } from "../../model/ids.js";
import type { Acl } from "../../model/records.js";
import type { LogEntry, Txn } from "../../model/txns.js";
import { logHeaderBytes, writeLogHeader, writeRecord } from "../log-file.js";
import { encodeEntry } from "../txn-record.js";

/** Records with a prototype, as the code makes them, so that deepEqual takes them for the same. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => {
	return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
};

const path = fc
	.array(fc.constantFrom("a", "b", "été", "0000000001"), { minLength: 1, maxLength: 3 })
	.map((names) => `/${names.join("/")}`);
const data = fc.option(fc.uint8Array({ maxLength: 40 }));
const version = fc.integer({ min: -1, max: 2 ** 31 - 1 });
const acl: fc.Arbitrary<Acl[]> = fc.array(
	plain({
		perms: fc.integer({ min: 0, max: 31 }),
		id: plain({ scheme: fc.constantFrom("world", "digest", "ip"), id: fc.string({ maxLength: 10 }) }),
	}),
	{ maxLength: 3 },
);
const created = { path, data, acl, parentCversion: version };

/** Transactions that can be a part of a multi. */
const part: fc.Arbitrary<Txn> = fc.oneof(
	plain({ type: fc.constant(1 as const), ...created, ephemeral: fc.boolean() }),
	plain({ type: fc.constant(19 as const), ...created }),
	plain({ type: fc.constant(21 as const), ...created, ttlMs: fc.integer({ min: 1, max: 2 ** 40 - 1 }) }),
	plain({ type: fc.constantFrom(2 as const, 20 as const), path }),
	plain({ type: fc.constantFrom(5 as const, 16 as const), path, data, version }),
	plain({ type: fc.constant(7 as const), path, acl, version }),
	plain({ type: fc.constant(13 as const), path, version }),
	plain({ type: fc.constant(-1 as const), error: fc.integer({ min: -128, max: 0 }) }),
);

/** Transactions of every type that logs hold at the top level. */
const txn: fc.Arbitrary<Txn> = fc.oneof(
	part.filter(({ type }) => type !== 13),
	plain({ type: fc.constant(15 as const), ...created, ephemeral: fc.boolean() }),
	plain({ type: fc.constant(-10 as const), timeoutMs: fc.integer({ min: 0, max: 2 ** 31 - 1 }) }),
	plain({ type: fc.constant(-11 as const), paths: fc.option(fc.array(path, { maxLength: 4 })) }),
	plain({ type: fc.constant(14 as const), txns: fc.array(part, { maxLength: 4 }) }),
);

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** One log entry with zxid 1. */
const anyEntry: fc.Arbitrary<LogEntry> = plain({
	txn,
	session: int64,
	cxid: fc.integer(),
	timeMs: fc.integer({ min: 0, max: 2 ** 45 }),
	digest: fc.option(int64),
}).map(({ txn, session, cxid, timeMs, digest }) => ({
	header: { session: sessionId(session), cxid, zxid: zxid(1), timeMs, type: txn.type },
	txn,
	digest: txn.type === -1 ? null : digest,
}));

/** Entries with ascending zxids from 1. */
export const anyEntries = (maxLength: number): fc.Arbitrary<LogEntry[]> =>
	fc
		.array(anyEntry, { minLength: 1, maxLength })
		.map((entries) => entries.map((entry, i) => ({ ...entry, header: { ...entry.header, zxid: zxid(i + 1) } })));

export interface WrittenLog {
	readonly bytes: Uint8Array;
	/** Where each record ends. */
	readonly ends: readonly number[];
}

/** A log file with some padding. */
export function writtenLog(entries: readonly LogEntry[], paddingBytes = 0): WrittenLog {
	const writer = new Writer();
	writeLogHeader(writer);
	const ends = entries.map((entry) => {
		writeRecord(writer, encodeEntry(entry));
		return writer.length;
	});
	return { bytes: writer.raw(new Uint8Array(paddingBytes)).copy(), ends: ends.length === 0 ? [logHeaderBytes] : ends };
}
