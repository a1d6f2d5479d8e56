import { readdirSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../../spec/load/nearest.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { SpecError } from "../../spec/load/spec-error.js";
import type { Path } from "../../spec/load/spot.js";
import { readYamlFile, type YamlFile } from "../../spec/load/yaml-file.js";
import type { Fault } from "../drivers/ensemble-driver.js";
import type { HistoryRule } from "../history/record.js";
import { placeholdersOf } from "./path-template.js";
import type { FaultChoice, FaultPlan, Part, PlannedFault, RangeMs, WeightedStep, Workload } from "./workload.js";

type RawRange = readonly [string, string];

/** What a file says. Durations have units, such as `1.5s`. */
interface RawWorkload {
	readonly workload: string;
	readonly title: string;
	readonly clauses: readonly string[];
	readonly clients: number | readonly number[];
	readonly inFlight?: number;
	readonly duration: string;
	readonly sessionTimeout: string;
	readonly pause?: RawRange;
	readonly seed?: number;
	readonly parameters?: Readonly<Record<string, number>>;
	readonly setUp?: readonly Part[];
	readonly steps: readonly WeightedStep[];
	readonly stepsMax?: number;
	readonly faults?: { readonly every: RawRange; readonly choices: readonly RawChoice[] };
	readonly schedule?: readonly RawPlanned[];
	readonly rules?: readonly HistoryRule[];
}

interface RawChoice {
	readonly weight: number;
	readonly do: Fault;
	readonly for?: RawRange;
}

interface RawPlanned {
	readonly at: string;
	readonly for?: string;
	readonly do: Fault;
	readonly draw?: number;
}

/** All that `spec/workloads/` has, by name. */
export function readBundledWorkloads(): readonly Workload[] {
	const folder = path.join(packageRoot, "spec", "workloads");
	const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
	return files.sort().map((name) => readWorkload(path.join(folder, name)));
}

/** @throws SpecError for a wrong file, or a path with a placeholder that means nothing */
export function readWorkload(file: string): Workload {
	const yaml = readYamlFile(file, "workload");
	const raw = yaml.value as RawWorkload;
	const { clients, parameters = {} } = raw;
	checkPlaceholders(yaml, raw, parameters);
	return {
		name: raw.workload,
		title: raw.title,
		clauses: raw.clauses,
		clients: typeof clients === "number" ? Array.from({ length: clients }, (_, client) => client) : clients,
		inFlight: raw.inFlight ?? 1,
		durationMs: msOf(raw.duration),
		sessionTimeoutMs: msOf(raw.sessionTimeout),
		pauseMs: rangeOf(raw.pause ?? ["0ms", "0ms"], yaml, ["pause"]),
		seed: raw.seed,
		parameters,
		setUp: raw.setUp ?? [],
		steps: raw.steps,
		stepsMax: raw.stepsMax ?? Number.POSITIVE_INFINITY,
		faults: faultsOf(raw, yaml),
		rules: raw.rules ?? [],
		where: yaml.at([]),
	};
}

function faultsOf({ faults, schedule }: RawWorkload, yaml: YamlFile): FaultPlan {
	if (schedule !== undefined && faults !== undefined)
		throw new SpecError(yaml.atKey(["schedule"]), "found a schedule beside faults; expected one of them");
	if (schedule !== undefined) return { type: "given", schedule: schedule.map(plannedOf) };
	if (faults === undefined) return { type: "none" };
	const choices = faults.choices.map((choice, index): FaultChoice => {
		const at: Path = ["faults", "choices", index, "for"];
		return { weight: choice.weight, do: choice.do, for: rangeOf(choice.for ?? ["0ms", "0ms"], yaml, at) };
	});
	return { type: "drawn", everyMs: rangeOf(faults.every, yaml, ["faults", "every"]), choices };
}

function plannedOf(raw: RawPlanned): PlannedFault {
	return { atMs: msOf(raw.at), forMs: msOf(raw.for ?? "0ms"), do: raw.do, draw: raw.draw ?? 0 };
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `1.5s` in ms; whole ones. */
export function msOf(text: string): number {
	const [, number, unit = "ms"] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
	return Math.round(Number(number) * (unitsMs[unit] ?? 1));
}

function rangeOf([from, to]: RawRange, yaml: YamlFile, at: Path): RangeMs {
	const range = [msOf(from), msOf(to)] as const;
	if (range[0] <= range[1]) return range;
	throw new SpecError(yaml.at(at), `found ${from} to ${to}; expected the smaller one first`);
}

const always = ["client", "unique"];

/** Wherever a text begins with a slash there is a path. */
function checkPlaceholders(yaml: YamlFile, raw: RawWorkload, parameters: Readonly<Record<string, number>>): void {
	const known = [...Object.keys(parameters), ...always];
	for (const [at, text] of textsIn({ steps: raw.steps, setUp: raw.setUp ?? [], rules: raw.rules ?? [] }, [])) {
		const unknown = text.startsWith("/") ? placeholdersOf(text).find((name) => !known.includes(name)) : undefined;
		if (unknown === undefined) continue;
		const expected = `expected a parameter (${known.join(", ")})${didYouMean(unknown, known)}`;
		throw new SpecError(yaml.at(at), `found {${unknown}} in ${text}; ${expected}`);
	}
}

function textsIn(value: unknown, at: Path): readonly (readonly [Path, string])[] {
	if (typeof value === "string") return [[at, value]];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, child]) => textsIn(child, [...at, key]));
}
