import fc from "fast-check";
import { createModes, eventTypes } from "../operation-code.js";
import type { HistoryHeader, HistoryRecord, Operation, Result, Stat, SubOperation, SubResult } from "../record.js";

export const testHeader: HistoryHeader = {
	format: "zkspec history/1",
	workload: "test",
	seed: 1,
	servers: ["a:1", "b:1"],
	root: "/r",
	target: "nothing",
	startedAt: "2024-01-01T00:00:00.000Z",
	rules: [],
	facts: {},
};

const path = fc.constantFrom("/r", "/r/a", "/r/ä", `/r/${"long".repeat(40)}`);
const data = fc.option(fc.constantFrom("", "x", "\u00ff\u0000", "7", "y".repeat(300)), { nil: null });
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const count = fc.nat(300);
const zxid = fc.oneof(
	fc.integer({ min: -1, max: 9 }),
	fc.maxSafeNat().map((n) => Math.floor(n / 2)),
);
const session = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const time = fc.integer({ min: 0, max: 2 ** 45 });

const stat: fc.Arbitrary<Stat> = fc.record({
	czxid: zxid,
	mzxid: zxid,
	ctime: time,
	mtime: time,
	version: int,
	cversion: int,
	aversion: int,
	ephemeralOwner: session,
	dataLength: count,
	numChildren: count,
	pzxid: zxid,
});

const write: fc.Arbitrary<SubOperation> = fc.oneof(
	fc.record({ op: fc.constant("create" as const), path, data, mode: fc.constantFrom(...createModes) }),
	fc.record({ op: fc.constant("delete" as const), path, version: int }),
	fc.record({ op: fc.constant("setData" as const), path, data, version: int }),
);
const subOperation = fc.oneof(write, fc.record({ op: fc.constant("check" as const), path, version: int }));
const paths = fc.array(path, { maxLength: 3 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
	write as fc.Arbitrary<Exclude<SubOperation, { op: "check" }>>,
	fc.record({
		op: fc.constantFrom("getData" as const, "exists" as const, "getChildren" as const),
		path,
		watch: fc.boolean(),
	}),
	fc.record({ op: fc.constant("sync" as const), path }),
	fc.record({ op: fc.constant("multi" as const), operations: fc.array(subOperation, { maxLength: 4 }) }),
	fc.record({ op: fc.constant("addWatch" as const), path, recursive: fc.boolean() }),
	fc.record({
		op: fc.constant("setWatches" as const),
		relativeZxid: zxid,
		watches: fc.record({ data: paths, exist: paths, child: paths, persistent: paths, recursive: paths }),
	}),
	fc.constant({ op: "closeSession" as const }),
);

const subResult: fc.Arbitrary<SubResult> = fc.oneof(
	fc.record({ op: fc.constant("error" as const), err: int }),
	fc.record({ op: fc.constant("create" as const), path, stat: fc.option(stat, { nil: undefined }) }),
	fc.record({ op: fc.constant("setData" as const), stat }),
	fc.record({ op: fc.constantFrom("delete" as const, "check" as const) }),
);

/** What a server could answer to it. */
function resultFor({ op }: Operation): fc.Arbitrary<Result> {
	if (op === "create") return fc.record({ op: fc.constant(op), path, stat });
	if (op === "setData" || op === "exists") return fc.record({ op: fc.constant(op), stat });
	if (op === "getData") return fc.record({ op: fc.constant(op), data, stat });
	if (op === "getChildren") return fc.record({ op: fc.constant(op), names: fc.array(path, { maxLength: 3 }), stat });
	if (op === "multi") return fc.record({ op: fc.constant(op), results: fc.array(subResult, { maxLength: 4 }) });
	return fc.constant({ op: "none" });
}

type Draft = (at: { atUs: number; calls: number }) => HistoryRecord[];

const exchange: fc.Arbitrary<Draft> = operation.chain((asked) =>
	fc.tuple(fc.constantFrom("reply", "error", "lost", "open"), zxid, resultFor(asked)).map(
		([end, replyZxid, result]): Draft =>
			({ atUs, calls: call }) => {
				const begin = { type: "call" as const, atUs, call, connection: 1, operation: asked };
				if (end === "open") return [begin];
				if (end === "lost") return [begin, { type: "lost", atUs, call }];
				if (end === "reply") return [begin, { type: "reply", atUs, call, zxid: replyZxid, err: 0, result }];
				return [begin, { type: "reply", atUs, call, zxid: replyZxid, err: -101, result: { op: "none" } }];
			},
	),
);

const other: fc.Arbitrary<Draft> = fc
	.oneof(
		fc.record({ type: fc.constant("connected" as const), connection: fc.constant(1), session, timeoutMs: count }),
		fc.record({ type: fc.constantFrom("expired" as const, "disconnected" as const), connection: fc.constant(1) }),
		fc.record({
			type: fc.constant("event" as const),
			connection: fc.constant(1),
			zxid,
			event: fc.constantFrom(...eventTypes),
			path,
		}),
		fc.record({ type: fc.constant("fault" as const), servers: fc.array(count, { maxLength: 3 }), text: path }),
		fc.record({ type: fc.constant("phase" as const), phase: fc.constantFrom("healed", "final", "end") }),
	)
	.map(
		(fields): Draft =>
			({ atUs }) => [{ ...fields, atUs } as HistoryRecord],
	);

/** Records of one connection that a file must be able to keep; nothing says that a server could give such answers. */
export const randomRecords: fc.Arbitrary<HistoryRecord[]> = fc
	.tuple(session, zxid, fc.array(fc.tuple(fc.nat(10_000), fc.oneof({ weight: 4, arbitrary: exchange }, other))))
	.map(([asked, lastZxid, drafts]) => {
		const fields = { connection: 1, client: 3, server: 1, session: asked, lastZxid, timeoutMs: 4000 };
		const records: HistoryRecord[] = [{ type: "connecting", atUs: 0, ...fields }];
		let atUs = 0;
		let calls = 0;
		for (const [later, draft] of drafts) {
			atUs += later;
			const more = draft({ atUs, calls });
			calls += more.some(({ type }) => type === "call") ? 1 : 0;
			records.push(...more);
		}
		// The records of fast-check have no prototype, which a comparison would mind.
		return structuredClone(records);
	});
