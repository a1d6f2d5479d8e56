import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { unavailable } from "../peers/class-path.js";
import { checkElections } from "./election-check.js";

const usage = `What the bundled server and Apache ZooKeeper say to each other between servers.
  election [VERSION ...]   elections with two Apache servers (3.8.0), every message compared byte by byte
Ends with 77 when there is no Apache ZooKeeper of that version here.`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: "boolean" } } });

async function elections(version: string): Promise<0 | 1 | 77> {
	const reason = unavailable(version);
	if (reason !== undefined) {
		console.log(`skipped: Apache ${version}: ${reason}`);
		return 77;
	}
	const folder = mkdtempSync(join(tmpdir(), "zkspec-election-"));
	const problems = await checkElections(version, folder, (line) => console.log(line));
	rmSync(folder, { recursive: true, force: true });
	for (const problem of problems) console.log(`DIFFERENT ${problem}`);
	console.log(`Apache ${version}: ${problems.length} differences`);
	return problems.length === 0 ? 0 : 1;
}

async function run(command: string | undefined, versions: readonly string[]): Promise<number> {
	if (values.help === true || command !== "election") {
		console.log(usage);
		return values.help === true ? 0 : 2;
	}
	const codes: number[] = [];
	for (const version of versions.length > 0 ? versions : ["3.8.0"]) codes.push(await elections(version));
	return codes.includes(1) ? 1 : Math.max(...codes);
}

process.exitCode = await run(positionals[0], positionals.slice(1));
