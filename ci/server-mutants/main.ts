import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { loadSuite } from "../../conformance/runner/suite.js";
import { parseCount } from "../../conformance/runner/whole-numbers.js";
import { didYouMean } from "../../spec/load/nearest.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { parseShare, type Share } from "../mutants/share.js";
import { ledgerOf } from "./ledger.js";
import { readDebts, readServerMutants, type ServerMutant } from "./server-mutant.js";
import { clauseTable, row } from "./table.js";
import { type Finding, tryMutant } from "./trial.js";

interface Options {
	readonly only?: readonly string[];
	readonly share?: Share;
	readonly jobs: number;
	readonly full?: boolean;
}

const folder = path.join(packageRoot, "ci", "server-mutants");
const mutants = readServerMutants(path.join(folder, "faults"));

const program = new Command("mutants")
	.description("Plants one fault after the other in the bundled server; the conformance suite must name the clause.")
	.option("--only <ids...>", "these mutants alone", mustBeMutant)
	.option("--share <n/m>", "every m-th mutant, from the n-th on", parseShare)
	.option("--jobs <count>", "mutants at a time", parseCount, 2)
	.option("--full", "the whole suite for each, to see everything that it breaks: minutes")
	.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
	.parse();

const options = program.opts<Options>();
const suite = loadSuite([]);
const chosen = mutants.filter(isChosen);
const lingerMs = 1000;
/** Taken before anything runs: simulated time that a faulty server has broken off does not give the timers back. */
const { setTimeout: inRealTime } = globalThis;
const findings = new Map<ServerMutant, Finding>();
await workOff(
	chosen.filter((mutant) => !isSimulated(mutant)),
	options.jobs,
);
// Simulated time is the whole process's: nothing that happens in real time goes on beside it.
await workOff(chosen.filter(isSimulated), 1);
process.exitCode = report() ? 0 : 1;
// What a faulty server left open may hold nobody.
inRealTime(() => process.exit(), lingerMs).unref();

function mustBeMutant(text: string, chosen: readonly string[] = []): readonly string[] {
	const ids = mutants.map(({ id }) => id);
	if (ids.includes(text)) return [...chosen, text];
	throw new InvalidArgumentError(`There is none in ci/server-mutants/faults${didYouMean(text, ids)}`);
}

function isChosen({ id }: ServerMutant, index: number): boolean {
	if (options.only !== undefined) return options.only.includes(id);
	return options.share?.(index) ?? true;
}

function isSimulated({ workload, simulated }: ServerMutant): boolean {
	return simulated || workload !== undefined;
}

async function workOff(some: readonly ServerMutant[], jobs: number): Promise<void> {
	const queue = [...some];
	const work = async (): Promise<void> => {
		for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
			const finding = await tryTwice(mutant);
			findings.set(mutant, finding);
			console.log(row(mutant, finding));
		}
	};
	await Promise.all(Array.from({ length: jobs }, work));
}

/** What is only seen when requests meet may not be seen each time. */
async function tryTwice(mutant: ServerMutant): Promise<Finding> {
	const first = await tryMutant(suite, mutant, options.full === true);
	return first.missed.length === 0 ? first : tryMutant(suite, mutant, options.full === true);
}

/** Tells what was found; false when a mutant was not seen through, or a promise has no mutant. */
function report(): boolean {
	const clauses = [...suite.clauses.values()];
	const ledger = ledgerOf(clauses, mutants, readDebts(path.join(folder, "debt.yaml")));
	const missed = chosen.filter((mutant) => findings.get(mutant)?.missed.length !== 0);
	console.log(`\n${clauseTable(clauses, findings)}\n`);
	for (const { id, breaks } of missed) console.log(`not seen through: ${id}: ${breaks}`);
	for (const id of ledger.unknown) console.log(`no such clause: ${id}`);
	for (const id of ledger.stale) console.log(`in debt.yaml, but no debt: ${id}`);
	for (const id of ledger.owed) console.log(`owed: ${id}`);
	for (const id of ledger.uncaught) console.log(`no mutant breaks: ${id}`);
	const musts = clauses.filter(({ level }) => level === "must").length;
	console.log(
		`${chosen.length - missed.length} of ${chosen.length} mutants seen through (there are ${mutants.length}); ` +
			`${musts} clauses of level must: ${ledger.owed.length} owed, ${ledger.uncaught.length} without a mutant`,
	);
	const wrong = [missed, ledger.unknown, ledger.stale, ledger.uncaught].some((list) => list.length > 0);
	return chosen.length > 0 && !wrong;
}
