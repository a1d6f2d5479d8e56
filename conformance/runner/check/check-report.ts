import type { Verdict } from "../../check/verdict.js";
import { factsOfHistory } from "../../explain/history-facts.js";
import { writeText } from "../output-file.js";
import type { Checked } from "./checked.js";
import type { SpecWords } from "./spec-words.js";

/** One history of a report (`spec/schema/check-report.v1.json`). */
export interface CheckedReport extends ReturnType<typeof reportChecked> {
	readonly outcome: Verdict["outcome"];
}

export function reportChecked({ file, history, verdict, findings, judgedMs }: Checked, { clauseOf }: SpecWords) {
	return {
		file,
		outcome: verdict.outcome,
		history: { startedAt: history.header.startedAt, ...factsOfHistory(history) },
		judgedMs,
		findings: findings.map(({ clause, rule, text, records, lines }) => {
			const { level = null, text: promise = null } = clauseOf(clause) ?? {};
			return { clause, level, promise, rule, text, records, lines: lines.map((line) => line.text) };
		}),
		counts: verdict.outcome === "violated" ? verdict.counts : [],
		reasons: verdict.outcome === "unknown" ? verdict.reasons : [],
		figures: verdict.figures,
	};
}

export function writeCheckReport(file: string, histories: readonly CheckedReport[]): void {
	const report = { zkspec: "check-report/v1", histories };
	writeText("--report-json", file, `${JSON.stringify(report, null, "\t")}\n`);
}
