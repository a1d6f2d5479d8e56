import { parseArgs } from "node:util";
import { unavailable } from "../peers/class-path.js";
import { exchangeFiles } from "./apache-files.js";
import { killRounds } from "./kill9.js";

const usage = `What the bundled server's files are worth.
  kill9 [--rounds N] [--seed N]     kill it in the middle of pipelined writes, N times (100); every acknowledged write
                                    must be there, and of the others a run from the first on
  apache-files [VERSION ...] [--nodes N]
                                    let Apache ZooKeeper (3.8.0 and 3.9.6) and it write to one directory in turn, N nodes
                                    (0) beside one of everything; each must start without a warning`;

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		rounds: { type: "string", default: "100" },
		seed: { type: "string" },
		nodes: { type: "string", default: "0" },
	},
});

async function kill9(): Promise<boolean> {
	const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
	console.log(`seed ${seed}`);
	const report = await killRounds(Number(values.rounds), seed, (line) => console.log(line));
	for (const problem of report.problems) console.log(`LOST ${problem}`);
	const { rounds, sent, acknowledged, found } = report;
	console.log(`${rounds} kills: ${sent} writes sent, ${acknowledged} acknowledged, ${found} found after the restarts`);
	console.log(report.problems.length === 0 ? "nothing acknowledged was lost" : `${report.problems.length} problems`);
	return report.problems.length === 0;
}

async function apacheFiles(version: string): Promise<boolean> {
	const reason = unavailable(version);
	if (reason !== undefined) {
		console.log(`skipped: Apache ${version}: ${reason}`);
		return true;
	}
	const { nodes, problems } = await exchangeFiles(version, {
		nodes: Number(values.nodes),
		onStep: (line) => console.log(line),
	});
	for (const problem of problems) console.log(`DIFFERENT ${problem}`);
	console.log(`Apache ${version}: ${nodes} nodes, ${problems.length} differences`);
	return problems.length === 0;
}

async function run(command: string | undefined, versions: readonly string[]): Promise<number> {
	if (command === "kill9") return (await kill9()) ? 0 : 1;
	if (command !== "apache-files") {
		console.log(usage);
		return 2;
	}
	let failed = 0;
	for (const version of versions.length > 0 ? versions : ["3.8.0", "3.9.6"])
		if (!(await apacheFiles(version))) failed = 1;
	return failed;
}

process.exitCode = await run(positionals[0], positionals.slice(1));
