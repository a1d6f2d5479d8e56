import { type ReducedHistory, reduceHistory } from "../../explain/reduce-history.js";
import { tellRecord } from "../../explain/told-finding.js";
import { createHistoryFile } from "../../history/writer.js";
import type { Screen } from "../console.js";
import { writeOutput } from "../output-file.js";
import type { Checked } from "./checked.js";
import type { SpecWords } from "./spec-words.js";

/** How long the search for a shorter history may take. */
const limitMs = 20_000;
/** More lines are for the file, not for a screen. */
const linesMax = 60;

/** Writes and prints the shortest history that shows the first finding. */
export function writeMinimal(file: string, { history, verdict }: Checked, words: SpecWords, screen: Screen): void {
	const first = verdict.outcome === "violated" ? verdict.findings[0] : undefined;
	if (verdict.outcome !== "violated" || first === undefined) {
		screen.line(`  nothing is violated, so there is nothing to write to ${file}`);
		return;
	}
	const reduced = reduceHistory(history, first, verdict.findings, limitMs);
	writeOutput("--minimal", file, () => writeRecords(file, reduced));
	const { calls } = reduced.history;
	const early = reduced.minimal ? "" : ", as far as there was time to try";
	screen.line(
		`  shortest history that shows 1. (${calls.count} of ${history.calls.count} operations${early}): ${file}`,
	);
	for (const line of linesOf(reduced, words).slice(0, linesMax)) screen.line(`    ${line}`);
}

function writeRecords(file: string, { history, records }: ReducedHistory): void {
	const writer = createHistoryFile(file, history.header);
	for (const record of records) writer.write(record);
	writer.close();
}

/** Each call once, where it was made. */
function linesOf({ history, records }: ReducedHistory, { nameOf }: SpecWords): readonly string[] {
	return [...records.keys()].flatMap((ordinal) => {
		const { ordinals, text } = tellRecord(history, ordinal, nameOf);
		return ordinals[0] === ordinal ? [text] : [];
	});
}
