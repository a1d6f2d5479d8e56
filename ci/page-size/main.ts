import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { judge } from "../../conformance/check/judge.js";
import { writePage } from "../../conformance/explain/page.js";
import { Chromium, maybeChromium, openPage } from "../../conformance/explain/testing/chromium.js";
import { madeUpHeader, madeUpHistory } from "../../conformance/explain/testing/made-up-history.js";
import { tellFinding } from "../../conformance/explain/told-finding.js";
import { historyOf } from "../../conformance/history/history-builder.js";

const calls = 1_000_000;
const fileBytesMax = 60e6;
/** Processor time, so that a busy machine does not look like a slow page. */
const openCpuMsMax = 3000;
const elementsMax = 10_000;

/** Exits with this code mean: skipped, for the reason in the last line. */
const skipped = 77;

async function main(): Promise<number> {
	const program = maybeChromium();
	if (program === undefined) {
		console.log("no Chromium is installed here");
		return skipped;
	}
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-page-size-"));
	try {
		const file = path.join(folder, "page.html");
		writeLargePage(file);
		return await openLargePage(program, file);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function writeLargePage(file: string): void {
	const history = historyOf(madeUpHeader, madeUpHistory({ calls, clients: 50, pipelined: 1, stale: 3 }));
	const verdict = judge(history);
	const found = verdict.outcome === "violated" ? verdict.findings : [];
	const findings = found.map((finding) => tellFinding(history, finding, String));
	const beganAt = process.cpuUsage().user;
	writePage(file, { history, verdict, findings, promiseOf: () => "", nameOf: String, facts: [] });
	const wroteMs = Math.round((process.cpuUsage().user - beganAt) / 1000);
	console.log(
		`${calls} calls, ${findings.length} findings: ${megabytes(file)} MB, written in ${wroteMs} ms of a processor`,
	);
}

function megabytes(file: string): string {
	return (statSync(file).size / 1e6).toFixed(1);
}

async function openLargePage(program: string, file: string): Promise<number> {
	const chromium = Chromium.start(program);
	try {
		const page = await openPage(chromium, file, 1400, 900);
		const cpuMs = await page.cpuMs();
		const readyMs = Number(await page.evaluate("document.body.dataset.ready"));
		await page.press("0");
		await page.press("s");
		await page.until("document.querySelectorAll('#lanes-svg .density').length > 10");
		const elements = Number(await page.evaluate("document.querySelectorAll('*').length"));
		const open = String(await page.evaluate("document.querySelectorAll('#findings li.open').length"));
		console.log(`opened in ${Math.round(cpuMs)} ms of a processor (${readyMs} ms by the clock), ${elements} elements`);
		const problems = [
			...page.errors,
			...(statSync(file).size > fileBytesMax ? [`larger than ${fileBytesMax / 1e6} MB`] : []),
			...(cpuMs > openCpuMsMax ? [`opening took more than ${openCpuMsMax} ms of a processor`] : []),
			...(elements > elementsMax ? [`more than ${elementsMax} elements`] : []),
			...(open === "1" ? [] : ["it is not open at a finding"]),
		];
		for (const problem of problems) console.log(`FAIL  ${problem}`);
		return problems.length === 0 ? 0 : 1;
	} finally {
		await chromium.stop();
	}
}

process.exitCode = await main();
