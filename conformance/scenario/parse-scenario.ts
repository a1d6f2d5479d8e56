import type { GuaranteeFile } from "../../spec/load/guarantee.js";
import { describeValue } from "./describe.js";
import { ExpressionError, namesIn } from "./expression.js";
import { ParseContext, type Vocabulary, type YamlMap, type YamlPath } from "./parse-context.js";
import { parseSteps } from "./parse-step.js";
import type { ClientOptions, EnsembleNeeds, Scenario } from "./step.js";

/** Names that every scenario has: its own node, the target's facts, counters and credentials. */
const builtIn = ["root", "suite", "server", "i", "super", "seed"];
/** Names that scenarios with `servers` have: who serves as what when they begin. */
const roleNames = ["leader", "followers", "observers", "rest"];

interface RawScenario {
	readonly title?: string;
	readonly covers: readonly string[];
	readonly requires?: readonly string[];
	readonly since?: string;
	readonly before?: string;
	readonly alone?: string;
	readonly outside?: string;
	readonly destructive?: string;
	readonly fresh?: boolean;
	readonly servers?: number;
	readonly ensemble?: RawEnsemble;
	readonly lasts?: unknown;
	readonly clients?: Readonly<Record<string, RawClient>>;
	readonly cases?: readonly YamlMap[];
	readonly let?: YamlMap;
	readonly steps: unknown;
	readonly cleanup?: unknown;
}

interface RawClient {
	readonly connect?: false | YamlMap;
	readonly auth?: ClientOptions["auth"];
	readonly super?: boolean;
	readonly layer?: ClientOptions["layer"];
	readonly server?: unknown;
}

interface RawEnsemble {
	readonly servers?: number;
	readonly observers?: number;
	readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The scenarios of one file, one for each row of `cases`.
 * @throws SpecError for an unknown operation, verb, key, error, event or name
 */
export function parseScenarios(file: GuaranteeFile, vocabulary: Vocabulary): Scenario[] {
	const raw = (file.yaml.value as { scenarios?: Record<string, RawScenario> }).scenarios ?? {};
	return Object.entries(raw).flatMap(([id, scenario]) => parseScenario(file, vocabulary, id, scenario));
}

/** All rows share the steps: what differs between them are values, and those are looked up when a step runs. */
function parseScenario(file: GuaranteeFile, vocabulary: Vocabulary, id: string, raw: RawScenario): Scenario[] {
	const common = parseCommon(file, vocabulary, id, raw);
	if (raw.cases === undefined) return [{ ...common, id, title: raw.title ?? id, values: raw.let ?? {} }];
	return raw.cases.map((row, i) => ({
		...common,
		id: `${id}[${i + 1}]`,
		title: `${raw.title ?? id} (${describeRow(row)})`,
		values: { ...row, ...raw.let },
	}));
}

type Common = Omit<Scenario, "id" | "title" | "values">;

function parseCommon(file: GuaranteeFile, vocabulary: Vocabulary, id: string, raw: RawScenario): Common {
	const context = new ParseContext(file.yaml, vocabulary);
	const path = ["scenarios", id];
	const clients = new Map(Object.entries(raw.clients ?? {}).map(([name, client]) => [name, clientOptions(client)]));
	const steps = parseSteps(raw.steps, [...path, "steps"], context);
	// Only steps prove something: to turn an expectation of the cleanup around would only leave its nodes behind.
	const expectations = [...context.expectations];
	const cleanup = raw.cleanup === undefined ? [] : parseSteps(raw.cleanup, [...path, "cleanup"], context);
	const used = checkNames(raw, path, context, new Set([...namesOfEveryRow(raw), ...clients.keys()]));
	checkServers(raw, path, context);
	const ensemble = ensembleOf(raw.ensemble ?? (file.yaml.value as { ensemble?: RawEnsemble }).ensemble);
	const faults = [...context.faults].map((kind) => `fault.${kind}`);
	return {
		guarantee: file.guarantee,
		where: file.yaml.atKey(path),
		covers: raw.covers,
		requires: [
			...(raw.requires ?? []),
			...((raw.servers ?? 1) > 1 ? [`servers>=${raw.servers}`] : []),
			...(faults.length > 0 ? ["faults", ...faults] : []),
			...(ensemble === undefined ? [] : ["ownEnsembles"]),
		],
		since: raw.since,
		before: raw.before,
		alone: raw.alone,
		outside: raw.outside,
		destructive: raw.destructive,
		fresh: raw.fresh ?? false,
		servers: raw.servers,
		usesRoles: roleNames.some((name) => used.has(name)),
		faults: context.faults,
		ensemble,
		lastsMs: raw.lasts,
		clients,
		steps,
		cleanup,
		expectations,
	};
}

/** A name that one row lacks is not known: the steps of that row could not be run. */
function namesOfEveryRow(raw: RawScenario): string[] {
	const [first = {}, ...others] = raw.cases ?? [];
	const inAll = Object.keys(first).filter((name) => others.every((row) => Object.hasOwn(row, name)));
	return [...inAll, ...Object.keys(raw.let ?? {})];
}

function describeRow(row: YamlMap): string {
	const text = Object.entries(row).map(([name, value]) => `${name}: ${describeValue(value)}`);
	const line = text.join(", ");
	return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function clientOptions(raw: RawClient): ClientOptions {
	return {
		connect: raw.connect === false ? {} : (raw.connect ?? {}),
		autoConnect: raw.connect !== false,
		layer: raw.layer ?? "raw",
		auth: raw.auth ?? [],
		super: raw.super ?? false,
		server: raw.server,
	};
}

function ensembleOf(raw: RawEnsemble | undefined): EnsembleNeeds | undefined {
	if (raw === undefined) return undefined;
	const settings = Object.entries(raw.settings ?? {}).map(([key, value]) => [key, String(value)]);
	return { servers: raw.servers, observers: raw.observers ?? 0, settings: Object.fromEntries(settings) };
}

/** Which server is meant can only be said where the clients are not all on one. */
function checkServers(raw: RawScenario, path: YamlPath, context: ParseContext): void {
	if (raw.servers !== undefined) return;
	const named = Object.entries(raw.clients ?? {}).find(([, { server }]) => server !== undefined);
	if (named !== undefined)
		context.fail([...path, "clients", named[0], "server"], "a scenario that names a server says servers: how many");
	if (context.faults.size > 0) context.fail(path, "a scenario that hurts servers says servers: how many there must be");
}

/**
 * Every name that an expression uses must be defined somewhere in the scenario.
 * @returns those that are used
 */
function checkNames(raw: RawScenario, path: YamlPath, context: ParseContext, defined: Set<string>): Set<string> {
	for (const name of builtIn) defined.add(name);
	if (raw.servers !== undefined) for (const name of roleNames) defined.add(name);
	defined.add("a");
	const collect = (value: unknown): void => {
		if (value === null || typeof value !== "object") return;
		for (const [key, item] of Object.entries(value)) {
			if ((key === "as" || key === "client") && typeof item === "string") defined.add(item);
			if ((key === "let" || key === "parallel") && item !== null && typeof item === "object")
				for (const name of Object.keys(item)) defined.add(name);
			collect(item);
		}
	};
	collect(raw.steps);
	collect(raw.cleanup);
	const used = new Set<string>();
	const verify = (value: unknown, at: YamlPath): void => {
		if (typeof value === "string") {
			const names = usedNames(value, at, context);
			for (const name of names) used.add(name);
			const unknown = names.find((name) => !defined.has(name));
			if (unknown !== undefined)
				context.fail(at, `$${unknown} is not known; known are ${[...defined].map((name) => `$${name}`).join(", ")}`);
		} else if (value !== null && typeof value === "object") {
			for (const [key, item] of Object.entries(value)) verify(item, [...at, Array.isArray(value) ? Number(key) : key]);
		}
	};
	for (const key of ["steps", "cleanup", "cases", "let", "clients", "lasts"] as const) verify(raw[key], [...path, key]);
	return used;
}

function usedNames(text: string, at: YamlPath, context: ParseContext): readonly string[] {
	try {
		return namesIn(text);
	} catch (error) {
		if (error instanceof ExpressionError) context.fail(at, error.message);
		throw error;
	}
}
