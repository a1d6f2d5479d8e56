import { linesAround } from "../../explain/around.js";
import { factsOfHistory, type HistoryFacts } from "../../explain/history-facts.js";
import type { ToldFinding } from "../../explain/told-finding.js";
import type { Screen } from "../console.js";
import type { Checked } from "./checked.js";
import type { SpecWords } from "./spec-words.js";

const outcomeWords = { ok: "kept", violated: "VIOLATED", unknown: "undecided" } as const;
const colours = { ok: "green", violated: "red", unknown: "yellow" } as const;

/** Prints what there is to say of a history: the verdict, what was found and measured. */
export function showChecked(screen: Screen, checked: Checked, words: SpecWords, aroundMs: number | undefined): void {
	const { file, history, verdict, findings, judgedMs } = checked;
	const facts = factsOfHistory(history);
	const word = screen.colour(colours[verdict.outcome], outcomeWords[verdict.outcome]);
	screen.line(`${screen.colour("bold", file)}: ${word}, judged in ${(judgedMs / 1000).toFixed(1)} s`);
	for (const line of describeFacts(facts)) screen.line(`  ${line}`);
	const { judgedBy } = history.header;
	if (judgedBy !== undefined) screen.line(`  a part of a longer history, which only rule ${judgedBy} can judge`);
	if (verdict.outcome === "unknown") for (const reason of verdict.reasons) screen.line(`  undecided: ${reason}`);
	for (const [i, finding] of findings.entries()) showFinding(screen, i + 1, finding, words);
	showCounts(screen, checked);
	if (aroundMs !== undefined) showAround(screen, checked, words, aroundMs);
	for (const { rule, name, value, unit } of verdict.figures)
		screen.line(`  ${name}: ${value}${unit === "1" ? "" : ` ${unit}`} (${rule})`);
}

function describeFacts(facts: HistoryFacts): readonly string[] {
	const seconds = (facts.durationUs / 1e6).toFixed(1);
	const cut = facts.whole ? [] : ["the run did not come to its end: what was recorded until then is judged"];
	return [
		`workload ${facts.workload}, seed ${facts.seed}, ${facts.servers} servers (${facts.target})`,
		`${facts.operations} operations in ${seconds} s, ${facts.failed} with an error, ${facts.inDoubt} in doubt; ` +
			`${facts.sessions} sessions, ${facts.connections} connections, ${facts.events} events, ${facts.faults} faults`,
		...cut,
	];
}

function showFinding(screen: Screen, number: number, finding: ToldFinding, { clauseOf }: SpecWords): void {
	const clause = clauseOf(finding.clause);
	screen.line();
	screen.line(`  ${number}. ${screen.colour("red", finding.clause)} (rule ${finding.rule})`);
	if (clause !== undefined) screen.line(`     ${screen.colour("dim", `${clause.level}: ${clause.text}`)}`);
	screen.line(`     ${finding.text}`);
	for (const { text } of finding.lines) screen.line(`       ${text}`);
}

/** How often the same was found, where not all of it is listed. */
function showCounts(screen: Screen, { verdict, findings }: Checked): void {
	if (verdict.outcome !== "violated") return;
	screen.line();
	for (const { rule, clause, count } of verdict.counts) {
		const listed = findings.filter((finding) => finding.rule === rule && finding.clause === clause).length;
		if (count > listed) screen.line(`  ${clause} (rule ${rule}): ${count} times, of which ${listed} are listed`);
	}
}

function showAround(screen: Screen, { history, findings }: Checked, { nameOf }: SpecWords, aroundMs: number): void {
	for (const [i, finding] of findings.entries()) {
		screen.line(`  around ${i + 1}, ${aroundMs} ms before and after each of its records:`);
		const named = new Set(finding.records);
		for (const { ordinals, text } of linesAround(history, finding.records, aroundMs * 1000, nameOf)) {
			const mark = ordinals.some((ordinal) => named.has(ordinal)) ? screen.colour("red", ">") : " ";
			screen.line(`   ${mark} ${text}`);
		}
		screen.line();
	}
}

/** What a page says of its history. */
export function pageFacts({ history, judgedMs }: Checked): readonly (readonly [string, string])[] {
	const facts = factsOfHistory(history);
	return [
		["target", facts.target],
		["seed", String(facts.seed)],
		["started", history.header.startedAt],
		["lasted", `${(facts.durationUs / 1e6).toFixed(1)} s`],
		["sessions", String(facts.sessions)],
		["in doubt", String(facts.inDoubt)],
		["judged in", `${(judgedMs / 1000).toFixed(1)} s`],
		...(facts.whole ? [] : [["cut", "the run did not come to its end"] as const]),
	];
}
