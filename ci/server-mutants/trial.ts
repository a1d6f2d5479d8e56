import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Screen } from "../../conformance/runner/console.js";
import type { Interrupts } from "../../conformance/runner/interrupts.js";
import { parseOptions } from "../../conformance/runner/options.js";
import type { Report } from "../../conformance/runner/report.js";
import { type Job, runSuite } from "../../conformance/runner/run.js";
import { selectScenarios } from "../../conformance/runner/selection.js";
import type { Suite } from "../../conformance/runner/suite.js";
import { withPlanted } from "../mutants/planted.js";
import type { ServerMutant } from "./server-mutant.js";
import { tryWorkload } from "./workload-trial.js";

/** What the conformance suite said about a mutant. */
export interface Finding {
	/** Clauses that it calls violated; all of them only where everything was run. */
	readonly violated: readonly string[];
	/** Of the mutant's own clauses, those that it does not. */
	readonly missed: readonly string[];
	/** What else there is to know when something is missed; empty otherwise. */
	readonly remark: string;
	readonly seconds: number;
}

/** Scenarios that have not begun by then are not run any more. */
const runMsMax = 180_000;
const lookEveryMs = 50;

/** Runs the scenarios of a mutant's clauses until all are violated; and everything when they do not see through it. */
export function tryMutant(suite: Suite, mutant: ServerMutant, everything: boolean): Promise<Finding> {
	return withPlanted(mutant, ["reference", "conformance", "spec"], async (folder) => {
		const startMs = performance.now();
		if (mutant.workload !== undefined) {
			const { violated, remark } = await tryWorkload(folder, mutant);
			const missed = mutant.clauses.filter((id) => !violated.includes(id));
			return { violated, missed, remark, seconds: (performance.now() - startMs) / 1000 };
		}
		const first = judge(mutant, await conformance(suite, folder, mutant, !everything));
		const finding = { ...first, seconds: (performance.now() - startMs) / 1000 };
		if (finding.missed.length === 0 || finding.remark !== "" || everything) return finding;
		const { violated } = judge(mutant, await conformance(suite, folder, mutant, false));
		return { ...finding, remark: `everything run, these are violated: ${violated.join(", ") || "none"}` };
	});
}

/** A report, or why there is none. */
type Outcome = Report | string;

function judge({ clauses }: ServerMutant, outcome: Outcome): Omit<Finding, "seconds"> {
	if (typeof outcome === "string") return { violated: [], missed: clauses, remark: `no verdict: ${outcome}` };
	const violated = outcome.clauses.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);
	return { violated, missed: clauses.filter((id) => !violated.includes(id)), remark: "" };
}

async function conformance(suite: Suite, folder: string, mutant: ServerMutant, brief: boolean): Promise<Outcome> {
	const reportJson = path.join(folder, "report.json");
	const { clauses, facts } = mutant;
	const args = [
		"--timeout",
		"10000",
		"--servers",
		String(mutant.servers),
		"--report-json",
		reportJson,
		...facts.flatMap((fact) => ["--fact", fact]),
	];
	const interrupts: Interrupts = { cleanUp: undefined, stopServer: undefined, execution: undefined };
	const watch = setInterval(() => brief && stopOnceSeen(interrupts, clauses), lookEveryMs);
	const bound = setTimeout(() => interrupts.execution?.stop("took too long"), runMsMax);
	try {
		await runSuite({
			suite,
			scenarios: selectScenarios(suite, brief ? clauses : [], []),
			options: parseOptions(args, ""),
			screen: new Screen({ isTTY: false, columns: 0, write: () => true }, "quiet"),
			interrupts,
			bundled: await plantedServers(folder),
			replay: (id) => id,
			runnerVersion: "mutants",
		});
	} catch (error) {
		// A server that can not even be probed: told, and counted as not seen through.
		return String(error);
	} finally {
		clearInterval(watch);
		clearTimeout(bound);
	}
	return JSON.parse(readFileSync(reportJson, "utf8")) as Report;
}

/** The copy's own way to start servers: it starts the programs that lie beside it. */
async function plantedServers(folder: string): Promise<NonNullable<Job["bundled"]>> {
	const file = path.join(folder, "dist", "conformance", "runner", "bundled-target.js");
	return (await import(pathToFileURL(file).href)) as NonNullable<Job["bundled"]>;
}

function stopOnceSeen({ execution }: Interrupts, clauses: readonly string[]): void {
	const violated = [...(execution?.finished.values() ?? [])].filter(({ outcome }) => outcome.type === "violated");
	const named = new Set(violated.flatMap(({ scenario }) => scenario.covers));
	if (clauses.every((id) => named.has(id))) execution?.stop("seen through");
}
