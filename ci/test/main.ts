import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import Mocha from "mocha";
import { checks } from "../check/checks.js";

/** How long a finished run may hold the process before what it left open counts as a failure. */
const lingerMs = 3000;

/** Files side by side: they mostly wait, for processes to start and for time to pass. */
const jobs = 3;

const slowMs = 5000;
const slowestMost = 20;

/** Characters told of why a test failed. */
const gistMost = 400;

const counts = { passed: 0, failed: 0 };

function runHouseChecks(): void {
	for (const check of checks) {
		const problem = check.run(process.cwd());
		if (problem === undefined) counts.passed++;
		else counts.failed++;
		console.log(problem === undefined ? `ok    ${check.name}` : `${problem}\nFAIL  ${check.name}`);
	}
}

function compiledTests(): string[] {
	return readdirSync("dist", { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".test.js"))
		.map((path) => join("dist", path))
		.sort();
}

/** Arguments are words of a test's title: only those tests run. */
async function runTests(words: readonly string[]): Promise<void> {
	const mocha = new Mocha({ reporter: "dot", timeout: 30_000, forbidOnly: true, parallel: true, jobs });
	if (words.length > 0) mocha.fgrep(words.join(" "));
	for (const file of compiledTests()) mocha.addFile(file);
	const skipped: string[] = [];
	const failed: string[] = [];
	const runner = mocha.run();
	const durationsMs = new Map<string, number>();
	runner.on("pending", (test) => skipped.push(test.fullTitle()));
	runner.on("fail", (test, { message }) => failed.push(`${test.fullTitle()}: ${gistOf(message)}`));
	runner.on("test end", ({ file = "", duration = 0 }) => {
		durationsMs.set(file, (durationsMs.get(file) ?? 0) + duration);
	});
	await new Promise<void>((resolve) => runner.once("end", resolve));
	counts.passed += runner.stats?.passes ?? 0;
	counts.failed += runner.stats?.failures ?? 0;
	for (const title of skipped) console.log(`skipped: ${title}`);
	tellSlowest(durationsMs);
	for (const failure of failed) console.log(`FAIL  ${failure}`);
}

/**
 * Mocha has told the whole of it; what stands above a long log is easily cut off. Three lines, because the second and third
 * of a property's are its seed and what it failed with.
 */
function gistOf(message: string): string {
	return message.split("\n", 3).join(" ").slice(0, gistMost);
}

/** What everybody waits for: the first places to look when the tests take too long. */
function tellSlowest(durationsMs: ReadonlyMap<string, number>): void {
	const slow = [...durationsMs].filter(([, ms]) => ms > slowMs).sort(([, a], [, b]) => b - a);
	for (const [file, ms] of slow.slice(0, slowestMost))
		console.log(`slow: ${(ms / 1000).toFixed(1)} s  ${relative("dist", file)}`);
}

function reportWhatHangs(): void {
	counts.failed++;
	console.log(`FAIL  the tests left open: ${process.getActiveResourcesInfo().join(", ")}`);
	process.exit();
}

process.once("exit", () => {
	console.log(`${counts.passed} passed, ${counts.failed} failed`);
	process.exitCode = counts.failed === 0 ? 0 : 1;
});
runHouseChecks();
await runTests(process.argv.slice(2));
setTimeout(reportWhatHangs, lingerMs).unref();
