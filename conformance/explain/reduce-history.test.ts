import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { judge } from "../check/judge.js";
import { plantedHistories } from "../check/testing/planted-histories.js";
import { historyOfStory } from "../check/testing/story.js";
import type { Finding } from "../check/verdict.js";
import type { History } from "../history/history.js";
import { historyOf } from "../history/history-builder.js";
import { reduceHistory } from "./reduce-history.js";

/** Far more than any planted history takes: the machine may be busy. */
const limitMs = 60_000;

function findingsIn(history: History): readonly Finding[] {
	const verdict = judge(history);
	return verdict.outcome === "violated" ? verdict.findings : [];
}

describe("reduceHistory", function () {
	this.timeout(limitMs);

	it("keeps what shows a finding and nothing that could go, in every planted history", () => {
		for (const { name, story } of plantedHistories()) {
			const { header, records } = historyOfStory(story);
			const whole = historyOf(header, records);
			const [finding, ...others] = findingsIn(whole);
			if (finding === undefined) continue;
			const reduced = reduceHistory(whole, finding, [finding, ...others], limitMs);
			const found = findingsIn(reduced.history).map(({ clause, text }) => `${clause}: ${text}`);
			assert.ok(found.includes(`${finding.clause}: ${finding.text}`), `${name}: ${found.join("; ")}`);
			assert.ok(reduced.minimal && reduced.records.length <= records.length, name);
			const kept = new Set(reduced.ordinals);
			assert.ok(
				finding.records.every((ordinal) => kept.has(ordinal)),
				name,
			);
		}
	});

	it("leaves out clients and calls that have nothing to do with it", () => {
		const stories = plantedHistories().filter(({ clauses }) => clauses.includes("consistency.read-your-writes"));
		const [planted] = stories;
		assert.ok(planted !== undefined);
		const { header, records } = historyOfStory(planted.story);
		const calls = records.filter(({ type }) => type === "call").length;
		const connections = records.flatMap((record) => (record.type === "connecting" ? [record.connection] : []));
		const other = Math.max(...connections) + 1;
		const beside = historyOf(header, [
			...records.slice(0, -1),
			{
				type: "connecting",
				atUs: 9e6,
				client: 77,
				connection: other,
				server: 0,
				session: 0n,
				lastZxid: 0,
				timeoutMs: 9,
			},
			{ type: "connected", atUs: 9e6, connection: other, session: 77n, timeoutMs: 9 },
			...Array.from({ length: 20 }, (_, i) => [
				{ type: "call", atUs: 9e6, call: calls + i, connection: other, operation: { op: "sync", path: "/" } } as const,
				{ type: "lost", atUs: 9e6, call: calls + i } as const,
			]).flat(),
			...records.slice(-1),
		]);
		const findings = findingsIn(beside);
		const [finding] = findings;
		assert.ok(finding !== undefined);
		const reduced = reduceHistory(beside, finding, findings, limitMs);
		assert.ok(reduced.removed >= 20, `only ${reduced.removed} calls were left out`);
		assert.ok(!reduced.records.some((record) => "connection" in record && record.connection === other));
	});
});
