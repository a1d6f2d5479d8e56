import { registerHeader, registerRecords } from "../../ci/checker-speed/register-history.js";
import { judge } from "../../conformance/check/judge.js";
import type { Verdict } from "../../conformance/check/verdict.js";
import type { History } from "../../conformance/history/history.js";
import { HistoryBuilder } from "../../conformance/history/history-builder.js";
import { expectEqual, type Task } from "./task.js";

const shape = { operations: 500, clients: 20, seed: 7, lagMax: 60 };

export function checkerTasks(): Task[] {
	return [judgeHistory("right", undefined, "ok"), judgeHistory("with one stale read", 450, "violated")];
}

/** One operation is one call of the history. */
function judgeHistory(what: string, staleAfter: number | undefined, due: Verdict["outcome"]): Task {
	const history = historyOf(staleAfter);
	let verdict: Verdict | undefined;
	let wrong = 0;
	return {
		name: `judge a call of a history that is ${what}`,
		operations: shape.operations,
		run: () => {
			verdict = judge(history);
			if (verdict.outcome !== due) wrong++;
		},
		made: () => (verdict === undefined ? "" : describe(verdict)),
		check: () => expectEqual("verdict", verdict?.outcome ?? "none", due) ?? expectEqual("wrong verdicts", wrong, 0),
	};
}

/** Without its words. */
function describe(verdict: Verdict): string {
	const findings = verdict.outcome === "violated" ? verdict.findings : [];
	return [verdict.outcome, ...findings.map(({ rule, records }) => `${rule} ${records.join(" ")}`)].join("\n");
}

function historyOf(staleAfter: number | undefined): History {
	const full = { ...shape, staleAfter };
	const builder = new HistoryBuilder(registerHeader(full));
	for (const record of registerRecords(full)) builder.add(record);
	return builder.done();
}
