import type { History } from "../history/history.js";
import { factsOf } from "./facts.js";
import { Reports } from "./report.js";
import type { Rule } from "./rule.js";
import { rules as allRules } from "./rules.js";
import type { Verdict } from "./verdict.js";

/** Judges a history by these rules, or those of them that can judge it; one that was cut can be violated, but not ok. */
export function judge(history: History, rules: readonly Rule[] = allRules): Verdict {
	const facts = factsOf(history);
	const reports = new Reports();
	const { judgedBy } = history.header;
	for (const rule of rules.filter(({ name }) => judgedBy === undefined || name === judgedBy)) {
		const report = reports.of(rule);
		if (!rule.onDemand) rule.check(facts, report);
		for (const entry of history.header.rules) {
			if (rule.onDemand && entry.rule === rule.name) rule.check(facts, report, entry);
		}
	}
	return reports.verdict(history.whole ? [] : [noEnd]);
}

/** What came behind it may have broken something: the reads of everything, at least, are missing. */
const noEnd = "The history has no end: whoever recorded it was stopped.";
