import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../../spec/load/nearest.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { SpecError } from "../../spec/load/spec-error.js";
import { parseYamlFile, readYamlFile, type YamlFile } from "../../spec/load/yaml-file.js";
import {
	type FailureEvent,
	type MeasureKind,
	measureKinds,
	type Parameters,
	type Sweep,
	type Workload,
} from "./workload.js";

const folder = path.join(packageRoot, "bench", "workloads");
const kindOfFile = "bench-workload";

type RawParameters = Readonly<Record<string, unknown>> & { readonly sweep?: Sweep; readonly events?: RawEvent[] };

interface RawEvent {
	readonly at: string;
	readonly do: FailureEvent["do"];
	readonly server: string;
}

type RawWorkload = Pick<Workload, "title" | "servers" | "rounds"> & {
	readonly workload: string;
	readonly paper?: string;
} & Readonly<Partial<Record<MeasureKind, RawParameters>>>;

/** All that come with the project, by name. */
export function readBundledWorkloads(): readonly Workload[] {
	const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
	return names.sort().map((name) => readWorkload(path.join(folder, name)));
}

/** @throws SpecError with file, line and column */
export function readWorkload(file: string): Workload {
	return workloadOf(readYamlFile(file, kindOfFile), readFileSync(file, "utf8"));
}

/** `readWorkload` for text that is already at hand; `file` only names it in errors. */
export function parseWorkload(file: string, text: string): Workload {
	return workloadOf(parseYamlFile(file, text, kindOfFile), text);
}

function workloadOf(yaml: YamlFile, text: string): Workload {
	const raw = yaml.value as RawWorkload;
	const kind = kindOf(yaml, raw);
	const { sweep = {}, ...parameters } = raw[kind] ?? {};
	checkPairs(yaml, kind, Object.keys({ ...parameters, ...sweep }));
	return {
		name: raw.workload,
		title: raw.title,
		paper: raw.paper,
		digest: createHash("sha256").update(text).digest("hex").slice(0, 16),
		servers: raw.servers,
		rounds: raw.rounds,
		kind,
		parameters: parametersOf(yaml, kind, parameters),
		sweep,
	};
}

function kindOf(yaml: YamlFile, raw: RawWorkload): MeasureKind {
	const given = measureKinds.filter((kind) => raw[kind] !== undefined);
	const [kind, second] = given;
	if (kind === undefined)
		throw new SpecError(yaml.at([]), `nothing is measured; expected one of ${measureKinds.join(", ")}`);
	if (second === undefined) return kind;
	throw new SpecError(yaml.atKey([second]), `found ${given.join(" and ")}; expected one of them`);
}

/** What says the same thing in two ways. */
const pairs = [
	["reads", "mix"],
	["window", "rate"],
	["bytes", "sizes"],
] as const;

function checkPairs(yaml: YamlFile, kind: MeasureKind, names: readonly string[]): void {
	for (const [one, other] of pairs) {
		if (!names.includes(one) || !names.includes(other)) continue;
		throw new SpecError(yaml.atKey([kind, other]), `found ${one} and ${other}; expected one of them`);
	}
}

function parametersOf(yaml: YamlFile, kind: MeasureKind, raw: RawParameters): Parameters {
	const { for: forText, warmUp, sample, events, ...rest } = raw;
	return {
		...rest,
		...maybeMs("forMs", forText),
		...maybeMs("warmUpMs", warmUp),
		...maybeMs("sampleMs", sample),
		...(events === undefined ? {} : { events: eventsOf(yaml, kind, events) }),
	};
}

function maybeMs(name: string, text: unknown): Readonly<Record<string, number>> {
	return typeof text === "string" ? { [name]: msOf(text) } : {};
}

function eventsOf(yaml: YamlFile, kind: MeasureKind, raw: readonly RawEvent[]): readonly FailureEvent[] {
	const killed = new Set<string>();
	let earlierMs = 0;
	return raw.map((each, at) => {
		const where = yaml.at([kind, "events", at]);
		const atMs = msOf(each.at);
		if (atMs < earlierMs) throw new SpecError(where, "this is before the event above it");
		earlierMs = atMs;
		const problem = each.do === "kill" ? killed.has(each.server) : !killed.delete(each.server);
		const hint = each.do === "start" ? didYouMean(each.server, killed) : "";
		if (problem)
			throw new SpecError(where, `"${each.server}" is ${each.do === "kill" ? "already" : "not"} killed${hint}`);
		if (each.do === "kill") killed.add(each.server);
		const [role = "", name = ""] = each.server.split(" ");
		return { atMs, do: each.do, role: role as FailureEvent["role"], name };
	});
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `1.5s` in ms; whole ones. */
export function msOf(text: string): number {
	const [, number, unit = "ms"] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
	return Math.round(Number(number) * (unitsMs[unit] ?? 1));
}
