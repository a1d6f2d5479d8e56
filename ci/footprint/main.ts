import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBundled } from "../../conformance/drivers/bundled.js";
import { footprintOfBundled, footprintOn } from "./footprint.js";

const usage = `What the conformance suite leaves behind on a server that others use: nothing, however it ends.
  [HOST:PORT]   a test server, instead of a bundled one; nodes /foreign stay on it
  --brief       on a bundled one, and of uses that are nearly alike only one`;

/** What is left of one run is usually left many times. */
const shownMax = 20;

/** Servers of the suite's own do not meet the target: both are looked at side by side. */
async function check(address: string, brief: boolean): Promise<number> {
	const [target, bundled] = [temporaryFolder(), temporaryFolder()];
	const say = (line: string): void => console.log(line);
	try {
		const found = await Promise.all([
			footprintOn(address, { temporary: target, brief, say }),
			footprintOfBundled({ temporary: bundled, brief, say }),
		]);
		const problems = found.flat();
		for (const problem of problems.slice(0, shownMax)) console.log(problem);
		console.log(problems.length === 0 ? "nothing is left" : `${problems.length} things are left or changed`);
		return problems.length === 0 ? 0 : 1;
	} finally {
		for (const folder of [target, bundled]) rmSync(folder, { recursive: true, force: true });
	}
}

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "zkspec-footprint-"));

async function checkBundled(brief: boolean): Promise<number> {
	const server = await startBundled();
	try {
		return await check(server.address, brief);
	} finally {
		await server.stop();
	}
}

async function run(argument: string | undefined): Promise<number> {
	if (argument === undefined || argument === "--brief") return checkBundled(argument !== undefined);
	if (/^[^-].*:\d+$/.test(argument)) return check(argument, false);
	console.log(usage);
	return 2;
}

process.exitCode = await run(process.argv[2]);
