import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { watchRunInterrupts } from "../../conformance/runner/run-interrupts.js";
import { withPlanted } from "../mutants/planted.js";
import { type Gate, gate, measureInTurns, mustBench } from "./gate.js";

const usage = `Does the benchmark's comparison find a slower build, and only a slower one?
The reference is measured in turns with a copy of itself, and with a copy that answers reads more slowly.
  --times N      comparisons of each kind (20)
  --rounds N     rounds of each comparison, where reads are slower (24)
  --for TIME     of each round (1s)
  --fail-over N  percent, beyond which a loss is a regression (2)
  --percent N    of throughput, lost by the slower copy (10)
The machine should have nothing else to do.`;

const { values } = parseArgs({
	options: {
		times: { type: "string", default: "20" },
		rounds: { type: "string", default: "24" },
		for: { type: "string", default: "1s" },
		"fail-over": { type: "string", default: "2" },
		percent: { type: "string", default: "10" },
		help: { type: "boolean", default: false },
	},
});

const notComparable = 3;
const triesMax = 3;

/**
 * What neighbours on the machine do to its caches lasts some milliseconds or some seconds: the shorter a slice is beside that,
 * the more alike it is for all. Reads of one server take about one millisecond.
 */
const slice = "40ms";

/** Of the cell that the planted slowness is not in: enough to see that it is not. */
const otherRounds = 4;

interface Json {
	readonly cells: readonly { readonly id: string; readonly rounds: readonly JsonRound[] }[];
}

interface JsonRound {
	readonly servers: readonly { readonly cpuMicrosPerOperation?: number }[];
}

async function main(): Promise<number> {
	if (values.help) {
		console.log(usage);
		return 0;
	}
	const interrupts = watchRunInterrupts((signal) =>
		console.error(`${signal}: ending what is measured; once more to end at once`),
	);
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-bench-gate-"));
	try {
		return await run(folder, interrupts.signal);
	} catch (error) {
		if (interrupts.exitCode === undefined) throw error;
		return interrupts.exitCode;
	} finally {
		rmSync(folder, { recursive: true, force: true });
		interrupts.end();
	}
}

async function run(folder: string, signal: AbortSignal): Promise<number> {
	const reads = workloadFile(folder, "only-reads", 100, Number(values.rounds));
	const writes = workloadFile(folder, "only-writes", 0, otherRounds);
	const costMicros = await readCostMicros(reads, path.join(folder, "cost.json"), signal);
	const spinMicros = costMicros / (1 - Number(values.percent) / 100) - costMicros;
	console.log(`a read of the slower copy takes ${spinMicros.toFixed(2)} µs more of its processor`);
	const times = Number(values.times);
	const failOver = `${values["fail-over"]}%`;
	const file = path.join(folder, "measured.json");
	const count = { same: 0, found: 0 };
	await withPlanted(undefined, ["reference"], (copy) =>
		withPlanted(slowness(spinMicros), ["reference"], async (slower) => {
			for (let turn = 1; turn <= times; turn++) {
				const { same, slow } = await comparable(async () => {
					await measureInTurns([reads, writes, "--slice", slice, "--quiet"], [copy, slower], file, signal);
					return {
						same: await gate(file, { base: "base", head: "head" }, failOver, signal),
						slow: await gate(file, { base: "head", head: "base-2" }, failOver, signal),
					};
				});
				count.same += Number(same.code === 0);
				count.found += Number(isFound(slow));
				tell(`same ${turn}`, same);
				tell(`slower ${turn}`, slow);
				console.log(`so far: same ${count.same} of ${turn}; slower, found in its cell alone ${count.found} of ${turn}`);
			}
		}),
	);
	return count.same === times && count.found >= times * 0.95 ? 0 : 1;
}

interface Outcomes {
	readonly same: Gate;
	readonly slow: Gate;
}

function tell(name: string, { text, changes }: Gate): void {
	console.log([`${name}: ${text}`, ...changes].join("\n  "));
}

function isFound({ code, lost }: Gate): boolean {
	return code === 1 && lost.length === 1 && lost[0]?.includes(" only-reads ") === true;
}

/** What could not be compared, because the machine was elsewhere for a while, is measured again. */
async function comparable(once: () => Promise<Outcomes>): Promise<Outcomes> {
	for (let tries = 1; ; tries++) {
		const outcomes = await once();
		const isVoid = [outcomes.same, outcomes.slow].some(({ code }) => code === notComparable);
		if (!isVoid || tries === triesMax) return outcomes;
		console.log(`measured again: ${outcomes.same.text}`);
	}
}

function workloadFile(folder: string, name: string, reads: number, rounds: number): string {
	const file = path.join(folder, `${name}.yaml`);
	const lines = ["zkspec: bench-workload/v1", `workload: ${name}`, `title: ${name} on one server`, "servers: [1]"];
	const load = ["load:", `  reads: ${reads}`, "  warmUp: 200ms", `  for: ${values.for}`];
	writeFileSync(file, `${[...lines, `rounds: ${rounds}`, ...load].join("\n")}\n`);
	return file;
}

/** What a read costs its server, of its processor, where that is the limit. */
async function readCostMicros(workload: string, file: string, signal: AbortSignal): Promise<number> {
	await mustBench([workload, "--rounds", "5", "--quiet", "--json", file], signal);
	const { cells: measured } = JSON.parse(readFileSync(file, "utf8")) as Json;
	const costs = measured.flatMap(({ rounds }) => rounds.map(({ servers }) => servers[0]?.cpuMicrosPerOperation ?? 0));
	return costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
}

/** Turns of a loop, since asking for the time takes longer than what is to be added. */
function slowness(micros: number) {
	const begin = "function answerPathRead(library, connection, ids, request) {";
	const turns = Math.round(micros * spinsPerMicro());
	const loop = `let spun = 1; for (let turn = 0; turn < ${turns}; turn++) spun = (Math.imul(spun, 31) + turn) | 0;`;
	return {
		id: "slow-read",
		breaks: "reads take longer",
		file: "server/reads.js",
		find: begin,
		// Looked at, so that no compiler leaves the loop out.
		replace: `${begin} ${loop} if (spun !== ${spin(turns)}) throw new Error("spun wrongly");`,
	};
}

function spin(turns: number): number {
	let spun = 1;
	for (let turn = 0; turn < turns; turn++) spun = (Math.imul(spun, 31) + turn) | 0;
	return spun;
}

/** On this machine at this moment. */
function spinsPerMicro(): number {
	const turns = 1000;
	const rates = Array.from({ length: 2001 }, () => {
		const beganMs = performance.now();
		spin(turns);
		return turns / ((performance.now() - beganMs) * 1000);
	});
	return rates.sort((a, b) => a - b)[1000] ?? 0;
}

process.exitCode = await main();
