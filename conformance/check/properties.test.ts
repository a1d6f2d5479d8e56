import { strict as assert } from "node:assert";
import fc from "fast-check";
import { historyOf } from "../history/history-builder.js";
import type { HistoryRecord } from "../history/record.js";
import { testHeader } from "../history/testing/random-records.js";
import { judge } from "./judge.js";
import { type Lie, storeRun } from "./testing/replicated-store.js";
import type { Verdict } from "./verdict.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

function verdictOf(records: readonly HistoryRecord[]): Verdict {
	return judge(historyOf({ ...testHeader, servers: ["s0", "s1", "s2"] }, records));
}

function explain(verdict: Verdict): string {
	if (verdict.outcome !== "violated") return verdict.outcome;
	return verdict.findings.map(({ rule, clause, text, records }) => `${rule} ${clause} [${records}] ${text}`).join("\n");
}

const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

type Reply = HistoryRecord & { readonly type: "reply" };

/** The records with the one at `index` changed so that no server can have given it, or undefined where that is not possible. */
type Corrupt = (records: readonly HistoryRecord[], index: number) => readonly HistoryRecord[] | undefined;

const corruptions: Readonly<Record<string, Corrupt>> = {
	"data of another write": ofReply(({ result, ...reply }) =>
		result.op === "getData"
			? { ...reply, result: { ...result, data: "9.9", stat: { ...result.stat, dataLength: 3 } } }
			: undefined,
	),
	"a version that is one too high": ofReply(({ result, ...reply }) =>
		"stat" in result && result.op !== "create"
			? { ...reply, result: { ...result, stat: { ...result.stat, version: result.stat.version + 1 } } }
			: undefined,
	),
	"a child that is missing": ofReply(({ result, ...reply }) =>
		result.op === "getChildren" && result.names.length > 0
			? { ...reply, result: { ...result, names: result.names.slice(1) } }
			: undefined,
	),
	"an owner that is another": ofReply(({ result, ...reply }) =>
		result.op === "getData"
			? { ...reply, result: { ...result, stat: { ...result.stat, ephemeralOwner: 77n } } }
			: undefined,
	),
	"a reply's zxid that falls": (records, index) => {
		const reply = records[index];
		const before = records
			.slice(0, index)
			.findLast((record) => record.type === "reply" && isSameConnection(records, record, reply));
		if (reply?.type !== "reply" || before?.type !== "reply" || before.zxid < 3) return undefined;
		return records.with(index, { ...reply, zxid: before.zxid - 1 });
	},
	"replies that change places": (records, index) => {
		const later = records.findIndex(
			(record, at) => at > index && record.type === "reply" && isSameConnection(records, record, records[index]),
		);
		const [one, other] = [records[index], records[later]];
		if (one?.type !== "reply" || other?.type !== "reply") return undefined;
		return later < indexOfCall(records, other) || indexOfCall(records, other) > index
			? undefined
			: records.with(index, { ...other, atUs: one.atUs }).with(later, { ...one, atUs: other.atUs });
	},
};

describe("judging runs of a replicated store", function () {
	this.timeout(120_000);

	it("finds nothing wrong with servers that are behind, sessions that move and expire, and writes in doubt", () => {
		fc.assert(
			fc.property(seed, fc.integer({ min: 20, max: 250 }), (seed, steps) => {
				const verdict = verdictOf(storeRun({ seed, steps, breaks: true }).records);
				assert.equal(verdict.outcome, "ok", explain(verdict));
			}),
			{ numRuns: 400 },
		);
	});

	for (const lie of ["stale-read", "lost-write", "refused-write-applied"] satisfies Lie[]) {
		it(`finds every ${lie}`, () => {
			let told = 0;
			fc.assert(
				fc.property(seed, (seed) => {
					const { records, lied } = storeRun({ seed, steps: 150, breaks: lie === "stale-read", lie });
					if (!lied) return;
					told++;
					assert.equal(verdictOf(records).outcome, "violated");
				}),
				{ numRuns: 200 },
			);
			assert.ok(told > 20, `only ${told} lies`);
		});
	}

	for (const [name, corrupt] of Object.entries(corruptions)) {
		it(`finds ${name}, wherever it is`, () => {
			let told = 0;
			fc.assert(
				fc.property(seed, fc.nat(), (seed, place) => {
					const { records } = storeRun({ seed, steps: 120, breaks: false });
					const places = records.flatMap((_, index) => (corrupt(records, index) === undefined ? [] : [index]));
					const index = places[place % Math.max(places.length, 1)];
					const corrupted = index === undefined ? undefined : corrupt(records, index);
					if (corrupted === undefined) return;
					told++;
					assert.equal(verdictOf(corrupted).outcome, "violated", JSON.stringify(records[index as number], plain));
				}),
				{ numRuns: 100 },
			);
			assert.ok(told > 20, `only ${told} places`);
		});
	}
});

function ofReply(change: (reply: Reply) => Reply | undefined): Corrupt {
	return (records, index) => {
		const record = records[index];
		// What is on the root is from before the history.
		if (record?.type !== "reply" || pathOf(records, record) === "/r") return undefined;
		const changed = change(record);
		return changed && records.with(index, changed);
	};
}

function callOf(records: readonly HistoryRecord[], { call }: Reply): HistoryRecord & { readonly type: "call" } {
	return records.find((record) => record.type === "call" && record.call === call) as HistoryRecord & { type: "call" };
}

function indexOfCall(records: readonly HistoryRecord[], reply: Reply): number {
	return records.indexOf(callOf(records, reply));
}

function pathOf(records: readonly HistoryRecord[], reply: Reply): string | undefined {
	const { operation } = callOf(records, reply);
	return "path" in operation ? operation.path : undefined;
}

function isSameConnection(
	records: readonly HistoryRecord[],
	one: HistoryRecord,
	other: HistoryRecord | undefined,
): boolean {
	if (one.type !== "reply" || other?.type !== "reply") return false;
	return callOf(records, one).connection === callOf(records, other).connection;
}
