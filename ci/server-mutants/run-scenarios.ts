import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Screen } from "../../conformance/runner/console.js";
import type * as DrivenTarget from "../../conformance/runner/driven-target.js";
import type { Interrupts } from "../../conformance/runner/interrupts.js";
import { parseOptions } from "../../conformance/runner/options.js";
import type { Report } from "../../conformance/runner/report.js";
import { type Job, runSuite } from "../../conformance/runner/run.js";
import { selectScenarios } from "../../conformance/runner/selection.js";
import type { Suite } from "../../conformance/runner/suite.js";
import type { ServerMutant } from "./server-mutant.js";
import type { Verdicts } from "./trial.js";

/** Scenarios that have not begun by then are not run any more. */
const runMsMax = 180_000;
const lookEveryMs = 50;

/** Runs the scenarios of a mutant's clauses until all of them are violated, or everything to the end. */
export async function runScenarios(
	suite: Suite,
	folder: string,
	{ clauses, facts, servers, simulated }: ServerMutant,
	everything: boolean,
): Promise<Verdicts> {
	const reportJson = path.join(folder, "report.json");
	const needs = facts.flatMap((fact) => ["--fact", fact]);
	const where = simulated ? ["--driver", "simulator", "--seed", "1"] : [];
	const args = ["--servers", String(servers), ...where, "--report-json", reportJson, ...needs];
	const interrupts: Interrupts = { cleanUp: undefined, stopServer: undefined, execution: undefined };
	const watch = setInterval(() => !everything && stopOnceSeen(interrupts, clauses), lookEveryMs);
	const bound = setTimeout(() => interrupts.execution?.stop("took too long"), runMsMax);
	try {
		await runSuite({
			suite,
			scenarios: selectScenarios(suite, everything ? [] : clauses, []),
			options: parseOptions(args, ""),
			screen: new Screen({ isTTY: false, columns: 0, write: () => true }, "quiet"),
			interrupts,
			bundled: await (simulated ? plantedEnsembles(folder) : plantedServers(folder)),
			replay: (id) => id,
			runnerVersion: "mutants",
		});
	} catch (error) {
		// A server that can not even be probed: told, and counted as not seen through.
		return { violated: [], why: () => `no verdict, ${error}` };
	} finally {
		clearInterval(watch);
		clearTimeout(bound);
	}
	if (!existsSync(reportJson)) return { violated: [], why: () => "the simulator's own check came first" };
	return verdictsOf(JSON.parse(readFileSync(reportJson, "utf8")) as Report);
}

/** The copy's own way to start servers: it starts the programs that lie beside it. */
async function plantedServers(folder: string): Promise<NonNullable<Job["bundled"]>> {
	const file = path.join(folder, "dist", "conformance", "runner", "bundled-target.js");
	return (await import(pathToFileURL(file).href)) as NonNullable<Job["bundled"]>;
}

/** The same of simulated ensembles; they live in this process. */
async function plantedEnsembles(folder: string): Promise<NonNullable<Job["bundled"]>> {
	const file = path.join(folder, "dist", "conformance", "runner", "driven-target.js");
	const { drivenTargets } = (await import(pathToFileURL(file).href)) as typeof DrivenTarget;
	return drivenTargets("simulator", 1);
}

function stopOnceSeen({ execution }: Interrupts, clauses: readonly string[]): void {
	const violated = [...(execution?.finished.values() ?? [])].filter(({ outcome }) => outcome.type === "violated");
	const named = new Set(violated.flatMap(({ scenario }) => scenario.covers));
	if (clauses.every((id) => named.has(id))) execution?.stop("seen through");
}

function verdictsOf({ clauses, scenarios, brokenOff }: Report): Verdicts {
	return {
		violated: clauses.filter(({ verdict }) => verdict === "violated").map(({ id }) => id),
		why: (clause) => {
			const verdict = clauses.find(({ id }) => id === clause)?.verdict ?? "no scenario";
			const reasons = scenarios.filter(({ covers }) => covers.includes(clause)).map(({ reason }) => reason);
			const told = [brokenOff, ...new Set(reasons)].filter((text) => typeof text === "string");
			return [verdict, ...told.slice(0, 3)].join("; ");
		},
	};
}
