import { performance } from "node:perf_hooks";
import { judge } from "../../check/judge.js";
import { writePage } from "../../explain/page.js";
import { tellFinding } from "../../explain/told-finding.js";
import { Screen } from "../console.js";
import { type ExitCode, exitCodes } from "../exit-code.js";
import { clearOutput, writeOutput } from "../output-file.js";
import { type CheckOptions, parseCheckOptions } from "./check-options.js";
import { type CheckedReport, reportChecked, writeCheckReport } from "./check-report.js";
import type { Checked } from "./checked.js";
import { readHistoryFile } from "./history-input.js";
import { writeMinimal } from "./minimal-history.js";
import { pageFacts, showChecked } from "./show-checked.js";
import { type SpecWords, specWords } from "./spec-words.js";
import { printText } from "./text-output.js";

const outcomeCodes = { ok: exitCodes.kept, violated: exitCodes.violated, unknown: exitCodes.undecided } as const;

/** `zkspec check FILE...`: judges saved histories. */
export async function checkCommand(args: readonly string[]): Promise<ExitCode> {
	const options = parseCheckOptions(args);
	if (options.text) return printText(options.files);
	clearOutputs(options);
	const words = specWords();
	const screen = new Screen(process.stdout, "normal");
	const reports = options.files.map((file) => checkFile(file, options, words, screen));
	if (options.reportJson !== undefined) writeCheckReport(options.reportJson, reports);
	const codes = reports.map(({ outcome }) => outcomeCodes[outcome]);
	return [exitCodes.violated, exitCodes.undecided].find((code) => codes.includes(code)) ?? exitCodes.kept;
}

function clearOutputs({ explain, minimal, reportJson }: CheckOptions): void {
	const outputs = { "--explain": explain, "--minimal": minimal, "--report-json": reportJson };
	for (const [option, file] of Object.entries(outputs)) if (file !== undefined) clearOutput(option, file);
}

/** Only what is reported stays in memory: several long histories may follow one another. */
function checkFile(file: string, options: CheckOptions, words: SpecWords, screen: Screen): CheckedReport {
	const beganAt = performance.now();
	const history = readHistoryFile(file);
	const verdict = judge(history);
	const judgedMs = Math.round(performance.now() - beganAt);
	const told = verdict.outcome === "violated" ? verdict.findings : [];
	const findings = told.map((finding) => tellFinding(history, finding, words.nameOf));
	const checked: Checked = { file, history, verdict, findings, judgedMs };
	showChecked(screen, checked, words, options.aroundMs);
	if (options.explain !== undefined) explain(options.explain, checked, words, screen);
	if (options.minimal !== undefined) writeMinimal(options.minimal, checked, words, screen);
	return reportChecked(checked, words);
}

function explain(page: string, checked: Checked, words: SpecWords, screen: Screen): void {
	const { history, verdict, findings } = checked;
	const promiseOf = (clause: string) => words.clauseOf(clause)?.text ?? "";
	const source = { history, verdict, findings, promiseOf, nameOf: words.nameOf, facts: pageFacts(checked) };
	writeOutput("--explain", page, () => writePage(page, source));
	screen.line(`  page: ${page}`);
}
