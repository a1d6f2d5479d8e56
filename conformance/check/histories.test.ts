import { strict as assert } from "node:assert";
import { historyOf } from "../history/history-builder.js";
import { judge } from "./judge.js";
import { rules } from "./rules.js";
import { type PlantedHistory, plantedHistories } from "./testing/planted-histories.js";
import { historyOfStory } from "./testing/story.js";
import type { Verdict } from "./verdict.js";

describe("planted histories", () => {
	const planted = plantedHistories();

	for (const one of planted) {
		it(`${one.file}: ${one.name} is ${one.clauses.length > 0 ? "violated" : one.outcome}`, () => {
			const verdict = verdictOf(one);
			assert.deepEqual(
				findings(verdict),
				{ clauses: one.clauses.toSorted(), rules: one.rules.toSorted() },
				explain(verdict),
			);
			assert.equal(verdict.outcome, one.outcome, explain(verdict));
		});
	}

	it("has at least 60, and each is there once", () => {
		assert.ok(planted.length >= 60);
		assert.equal(new Set(planted.map(({ name }) => name)).size, planted.length);
	});

	it("has for each rule a bad one that no other rule finds", () => {
		const alone = new Set(planted.filter((one) => one.rules.length === 1).flatMap((one) => one.rules));
		const measuring = rules.filter(({ clauses }) => clauses.length > 0);
		assert.deepEqual(
			measuring.filter(({ name }) => !alone.has(name)).map(({ name }) => name),
			[],
		);
	});

	it("has for each clause of each rule a bad one", () => {
		const found = new Set(
			planted.flatMap((one) => one.rules.flatMap((rule) => one.clauses.map((clause) => `${rule}: ${clause}`))),
		);
		const all = rules.flatMap(({ name, clauses }) => clauses.map((clause) => `${name}: ${clause}`));
		assert.deepEqual(
			all.filter((one) => !found.has(one)),
			[],
		);
	});
});

function verdictOf(planted: PlantedHistory): Verdict {
	const { header, records } = historyOfStory(planted.story);
	return judge(historyOf(header, records));
}

function findings(verdict: Verdict): { clauses: string[]; rules: string[] } {
	const all = verdict.outcome === "violated" ? verdict.findings : [];
	const distinct = (values: string[]): string[] => [...new Set(values)].toSorted();
	return { clauses: distinct(all.map(({ clause }) => clause)), rules: distinct(all.map(({ rule }) => rule)) };
}

function explain(verdict: Verdict): string {
	if (verdict.outcome === "unknown") return `unknown: ${verdict.reasons.join("; ")}`;
	if (verdict.outcome === "ok") return "ok";
	return verdict.findings.map(({ rule, clause, text, records }) => `${rule} ${clause} [${records}] ${text}`).join("\n");
}
