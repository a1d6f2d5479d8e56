import assert from "node:assert/strict";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import type { LoadPlan } from "./contract.js";
import { runLoad } from "./run-load.js";
import { setUp } from "./set-up.js";
import type { Lies } from "./testing/lies.js";
import { liars } from "./testing/lies.js";
import { smallPlan } from "./testing/plans.js";
import { type Answer, SmallServer } from "./testing/small-server.js";

const codec = new Codec(loadWireSpec());
const zxidOfStat = 8;

/** A twist of one operation's answers, from the tenth on. */
function twisting(name: string, change: (right: Answer) => Answer | "close" | undefined): Lies {
	return { twist: (operation, right, count) => (operation === name && count >= 10 ? change(right) : right) };
}

function patched(answer: Answer, fromEnd: number, byte: number): Answer {
	const body = Buffer.from(answer.body);
	body[body.length - fromEnd] = byte;
	return { ...answer, body };
}

interface Case {
	readonly wrong: string;
	readonly lies: Lies;
	readonly rule: string;
	readonly text: RegExp;
	readonly changes?: Partial<LoadPlan>;
}

const cases: readonly Case[] = [
	{
		wrong: "drops every 50th write",
		lies: { forgets: (count) => count % 50 === 0 },
		rule: "lost-write",
		text: /setData of key \d+ made version \d+, \d+ was due/,
		changes: { mix: { setData: 1 } },
	},
	{
		wrong: "drops its last write",
		lies: { forgets: (count) => count === 15 },
		rule: "lost-write",
		text: /after the load .* shows key \d+ at version \d+, \d+ was acknowledged/,
		changes: {
			mix: { setData: 1 },
			arrival: { kind: "open", perSecond: 100 },
			keys: { count: 900, distribution: "uniform" },
		},
	},
	{
		wrong: "shows what was before, to the writer",
		lies: { stale: (count) => count % 10 === 0 },
		rule: "stale-read",
		text: /getData of its own key \d+ shows version \d+, \d+ was due/,
		changes: { sessions: 1 },
	},
	{
		wrong: "shows strangers what was before",
		lies: { stale: (count) => count % 10 === 0 },
		rule: "stale-read",
		text: /shows version \d+, (?:but \d+ was acknowledged at a zxid|it showed)/,
		changes: { sessions: 12 },
	},
	{
		wrong: "answers out of order",
		lies: { order: (said) => said.toReversed() },
		rule: "order",
		text: /a reply to request \d+ came, that to \d+ was due/,
	},
	{
		wrong: "answers with zxids that fall",
		lies: twisting("getData", (right) => ({ ...right, zxid: 1 })),
		rule: "zxid",
		text: /zxid fell from 0x[0-9a-f]+ to 0x1/,
	},
	{
		wrong: "shows a node of the future",
		lies: twisting("exists", (right) => patched(right, 68 - zxidOfStat, 1)),
		rule: "zxid",
		text: /exists of key \d+ shows mzxid 0x1000000000000\w+, behind its reply's zxid/,
		changes: { mix: { exists: 1 } },
	},
	{
		wrong: "gives a write another zxid than its reply",
		lies: twisting("setData", (right) => ({ ...right, zxid: right.zxid + 1_000_000 })),
		rule: "zxid",
		text: /setData of key \d+ has mzxid/,
	},
	{
		wrong: "shows other bytes at the beginning",
		lies: twisting("getData", (right) => patched(right, 68 + 64, 99)),
		rule: "data",
		text: /getData of key \d+ at version \d+ shows 64 bytes that were not written then/,
	},
	{
		wrong: "shows other bytes at the end",
		lies: twisting("getData", (right) => patched(right, 68 + 1, (right.body[right.body.length - 69] ?? 0) ^ 1)),
		rule: "data",
		text: /getData of key/,
	},
	{
		wrong: "counts bytes wrong",
		lies: twisting("exists", (right) => patched(right, 68 - 55, 65)),
		rule: "data",
		text: /shows a length of 65, 64 was written/,
		changes: { mix: { exists: 1 } },
	},
	{
		wrong: "says too much",
		lies: twisting("delete", (right) => ({ ...right, body: new Uint8Array(3) })),
		rule: "frame",
		text: /delete is answered by a body of 3 bytes, 0 were due/,
		changes: { mix: { create: 1, delete: 1 } },
	},
	{
		wrong: "refuses",
		lies: twisting("create", (right) => ({ ...right, err: -4, body: new Uint8Array() })),
		rule: "error",
		text: /create of \d+ was answered by error -4/,
		changes: { mix: { create: 1 } },
	},
	{
		wrong: "forgets watches",
		lies: { silent: (_, count) => count % 7 === 0 },
		rule: "watch",
		text: /setData of key \d+ was answered before the event/,
		changes: { mix: { setData: 1, watch: 1 } },
	},
	{
		wrong: "names another node",
		lies: twisting("create", (right) => patched(right, 1, 48 + 9 - ((right.body.at(-1) ?? 48) - 48))),
		rule: "order",
		text: /create of child \d+ is answered by the path of/,
		changes: { mix: { create: 1 } },
	},
	{
		wrong: "lists nobody",
		lies: twisting("getChildren", (right) => ({ ...right, body: Buffer.from([0, 0, 0, 0]) })),
		rule: "data",
		text: /getChildren shows 0 children, \d+ were due/,
		changes: { mix: { create: 1, getChildren: 1 } },
	},
	{
		wrong: "lists a stranger",
		lies: {
			twist: (operation, right, count) =>
				operation === "getChildren" && (count & 63) < 3 ? patched(right, 8, 57) : right,
		},
		rule: "data",
		text: /getChildren shows child 9\d{7}, those from 0 to \d+ were due/,
		changes: { mix: { create: 1, getChildren: 3 }, sessions: 1 },
	},
	{
		wrong: "forgets a child",
		lies: { forgetsCreate: (count) => count === 40 },
		rule: "lost-write",
		text: /after the load .* shows \d+ children of session \d, \d+ were acknowledged/,
		changes: { mix: { create: 1 } },
	},
	{
		wrong: "chatters",
		lies: { chatters: (operation, count) => operation === "exists" && count >= 10 },
		rule: "watch",
		text: /an event of type 3 for \/load\/k\d+ came, which no watch asked for/,
		changes: { mix: { exists: 1 } },
	},
	{
		wrong: "fails a part of a transaction",
		lies: twisting("multi", (right) => patched(right, right.body.length - 3, 255)),
		rule: "error",
		text: /a part of a multi that writes key \d+ has a result of type/,
		changes: { mix: { multi: 1 } },
	},
	{
		wrong: "does half a transaction",
		lies: { forgets: (count) => count === 10 },
		rule: "lost-write",
		text: /multi of key \d+ made version \d+, \d+ was due/,
		changes: { mix: { multi: 1 }, keys: { count: 3, distribution: "uniform" } },
	},
	{
		wrong: "sends half a header",
		lies: {
			order: (said) =>
				said.map(({ operation, body }) => ({ operation, body: operation === "getData" ? body.subarray(0, 9) : body })),
		},
		rule: "frame",
		text: /a message of 9 bytes came/,
	},
	{
		wrong: "hangs up",
		lies: twisting("setData", () => "close"),
		rule: "connection",
		text: /the connection with \d+ requests under way was lost: the server ended it/,
	},
];

describe("a wrong server has no figure", function () {
	this.timeout(30_000);

	for (const { wrong, lies, rule, text, changes } of cases) {
		it(`that ${wrong}`, async () => {
			const server = await SmallServer.start(codec);
			try {
				const plan = smallPlan([server.address], changes);
				await setUp(plan);
				server.lies = lies;
				const { breaches } = await runLoad(plan);
				const found = breaches.find((breach) => breach.rule === rule);
				assert.match(found?.text ?? JSON.stringify(breaches), text);
				assert.ok((found?.count ?? 0) > 0);
			} finally {
				server.stop();
			}
		});
	}

	for (const [name, rule] of [
		["drops-writes", "lost-write"],
		["stale-reads", "stale-read"],
		["out-of-order", "order"],
	] as const) {
		it(`as planted: ${name}`, async () => {
			const server = await SmallServer.start(codec, liars[name]?.() ?? {});
			try {
				const plan = smallPlan([server.address]);
				const rules: string[] = [];
				while (server.asked("setData") < 2000) {
					await setUp(plan);
					const { breaches } = await runLoad(plan);
					rules.push(...breaches.map((breach) => breach.rule));
				}
				assert.ok(rules.includes(rule), rules.join(" "));
			} finally {
				server.stop();
			}
		});
	}
});
