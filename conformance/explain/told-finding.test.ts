import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { historyOf } from "../history/history-builder.js";
import type { HistoryHeader, HistoryRecord, Stat } from "../history/record.js";
import { linesAround } from "./around.js";
import { tellFinding, tellRecord } from "./told-finding.js";

const header: HistoryHeader = {
	format: "zkspec history/1",
	workload: "words",
	seed: 1,
	servers: ["one:2181", "two:2181"],
	root: "/r",
	target: "none",
	startedAt: "2024-01-01T00:00:00.000Z",
	rules: [],
	facts: {},
};

const stat: Stat = {
	czxid: 0x100000001,
	mzxid: 0x100000002,
	ctime: 1,
	mtime: 2,
	version: 3,
	cversion: 4,
	aversion: 0,
	ephemeralOwner: 0n,
	dataLength: 1,
	numChildren: 0,
	pzxid: 0x100000001,
};

const records: readonly HistoryRecord[] = [
	{ type: "connecting", atUs: 10, client: 5, connection: 1, server: 1, session: 0n, lastZxid: 0, timeoutMs: 4000 },
	{ type: "connected", atUs: 20, connection: 1, session: -2n, timeoutMs: 4000 },
	{ type: "call", atUs: 1_500_000, call: 0, connection: 1, operation: { op: "getData", path: "/r/a", watch: true } },
	{
		type: "call",
		atUs: 1_500_100,
		call: 1,
		connection: 1,
		operation: {
			op: "multi",
			operations: [
				{ op: "check", path: "/r", version: 1 },
				{ op: "create", path: "/r/b-", data: null, mode: "ephemeralSequential" },
			],
		},
	},
	{ type: "reply", atUs: 1_500_400, call: 0, zxid: 0x100000002, err: 0, result: { op: "getData", data: "v", stat } },
	{
		type: "reply",
		atUs: 1_512_000,
		call: 1,
		zxid: 0x100000003,
		err: -103,
		result: {
			op: "multi",
			results: [
				{ op: "error", err: -103 },
				{ op: "error", err: -2 },
			],
		},
	},
	{ type: "event", atUs: 1_600_000, connection: 1, zxid: -1, event: "dataChanged", path: "/r/a" },
	{ type: "call", atUs: 1_700_000, call: 2, connection: 1, operation: { op: "closeSession" } },
	{ type: "call", atUs: 1_700_001, call: 3, connection: 1, operation: { op: "sync", path: "/r" } },
	{ type: "lost", atUs: 1_900_000, call: 2 },
	{ type: "disconnected", atUs: 1_900_000, connection: 1 },
	{ type: "fault", atUs: 2_000_000, servers: [1], text: "killed 2" },
	{ type: "phase", atUs: 2_100_000, phase: "end" },
];

const names: Readonly<Record<number, string>> = { [-103]: "BADVERSION", [-2]: "RUNTIMEINCONSISTENCY" };
const nameOf = (err: number) => names[err] ?? String(err);

describe("findings in words", () => {
	const history = historyOf(header, records);
	const who = "client 5, session 0xfffffffffffffffe, server 2 (two:2181)";

	const lines: readonly (readonly [ordinal: number, text: string])[] = [
		[0, "#0 at 0.000010 s: client 5 connects to server 2 (two:2181) for a new session, last zxid 0x0"],
		[1, `#1 at 0.000020 s: ${who}: connected, timeout 4000 ms`],
		[
			4,
			`#2–#4 at 1.500000 s: ${who}: getData /r/a with a watch → "v", version 3, mzxid 0x100000002, czxid 0x100000001 (reply's zxid 0x100000002), after 400 µs`,
		],
		[
			3,
			`#3–#5 at 1.500100 s: ${who}: multi [check /r if version 1; create ephemeral sequential /r/b- null] → BADVERSION: [BADVERSION; RUNTIMEINCONSISTENCY] (reply's zxid 0x100000003), after 11.9 ms`,
		],
		[6, `#6 at 1.600000 s: ${who}: event dataChanged /r/a`],
		[9, `#7–#9 at 1.700000 s: ${who}: closeSession → in doubt: no reply came, after 200.0 ms`],
		[8, `#8 at 1.700001 s: ${who}: sync /r → in doubt: the history ends before its reply`],
		[10, `#10 at 1.900000 s: ${who}: disconnected`],
		[11, "#11 at 2.000000 s: killed 2"],
		[12, "#12 at 2.100000 s: the end"],
	];
	for (const [ordinal, text] of lines) {
		it(`tells record ${ordinal}: ${text}`, () => assert.equal(tellRecord(history, ordinal, nameOf).text, text));
	}

	it("tells a call and its reply once, in the order of the finding", () => {
		const told = tellFinding(history, { clause: "c", rule: "r", text: "t", records: [6, 4, 2] }, nameOf);
		assert.deepEqual(
			told.lines.map(({ ordinals }) => ordinals),
			[[6], [2, 4]],
		);
	});

	it("finds what happened around a record, each call once", () => {
		const ordinals = (aroundUs: number) =>
			linesAround(history, [4], aroundUs, nameOf).map(({ ordinals }) => ordinals[0]);
		assert.deepEqual(ordinals(500), [2, 3]);
		assert.deepEqual(ordinals(100_000), [2, 3, 6]);
	});
});
