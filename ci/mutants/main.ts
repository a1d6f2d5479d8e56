import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { type Bounds, type Finding, hunt } from "./hunt.js";
import { type Mutant, readMutants } from "./mutant.js";
import { parseShare, type Share } from "./share.js";

interface Options {
	readonly only?: string[];
	readonly share?: Share;
	readonly seeds: string;
	readonly seconds: string;
	readonly jobs: string;
	readonly known?: boolean;
}

const program = new Command("mutants")
	.description("Plants one fault after the other in the core; the simulator must find each within the bound.")
	.option("--only <ids...>", "these mutants alone")
	.option("--share <n/m>", "every m-th mutant, from the n-th on", parseShare)
	.option("--seeds <count>", "seeds that may be spent on one", "3000")
	.option("--seconds <count>", "time that may be spent on one", "120")
	.option("--jobs <count>", "mutants at a time", "2")
	.option("--known", "begin with the seed that found it last, not with 1: quick, and no measure of how soon")
	.parse();

const options = program.opts<Options>();
const file = fileURLToPath(new URL("../../../ci/mutants/mutants.yaml", import.meta.url));
const mutants = readMutants(file).filter(
	({ id }, index) => options.only?.includes(id) ?? options.share?.(index) ?? true,
);
const bounds: Bounds = { seeds: Number(options.seeds), seconds: Number(options.seconds) };
const findings = new Map<Mutant, Finding>();
const queue = [...mutants];
await Promise.all(Array.from({ length: Number(options.jobs) }, work));

const missed = mutants.filter((mutant) => findings.get(mutant)?.seed === undefined);
console.log(`\n${mutants.length - missed.length} of ${mutants.length} planted faults found`);
for (const { id, breaks } of missed) console.log(`not found: ${id}: ${breaks}`);
process.exitCode = missed.length === 0 && mutants.length > 0 ? 0 : 1;

async function work(): Promise<void> {
	for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
		const finding = await hunt(mutant, options.known ? (mutant.seed ?? 1) : 1, bounds);
		findings.set(mutant, finding);
		console.log(row(mutant, finding));
	}
}

function row({ id }: Mutant, { seed, promise, seconds }: Finding): string {
	return `${id.padEnd(32)} ${String(seed ?? "-").padStart(6)} ${`${seconds.toFixed(0)} s`.padStart(6)}  ${promise}`;
}
