import type { GuaranteeFile } from "../../spec/load/guarantee.js";
import { describeValue } from "./describe.js";
import { ExpressionError, namesIn } from "./expression.js";
import { ParseContext, type Vocabulary, type YamlMap, type YamlPath } from "./parse-context.js";
import { parseSteps } from "./parse-step.js";
import type { ClientOptions, Scenario } from "./step.js";

/** Names that every scenario has: its own node, the target's facts, counters and credentials. */
const builtIn = ["root", "suite", "server", "i", "super", "seed"];

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
	readonly server?: number;
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
	checkNames(raw, path, context, new Set([...namesOfEveryRow(raw), ...clients.keys()]));
	return {
		guarantee: file.guarantee,
		where: file.yaml.atKey(path),
		covers: raw.covers,
		requires: raw.requires ?? [],
		since: raw.since,
		before: raw.before,
		alone: raw.alone,
		outside: raw.outside,
		destructive: raw.destructive,
		fresh: raw.fresh ?? false,
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
		server: raw.server ?? 0,
	};
}

/** Every name that an expression uses must be defined somewhere in the scenario. */
function checkNames(raw: RawScenario, path: YamlPath, context: ParseContext, defined: Set<string>): void {
	for (const name of builtIn) defined.add(name);
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
	const verify = (value: unknown, at: YamlPath): void => {
		if (typeof value === "string") {
			const unknown = usedNames(value, at, context).find((name) => !defined.has(name));
			if (unknown !== undefined)
				context.fail(at, `$${unknown} is not known; known are ${[...defined].map((name) => `$${name}`).join(", ")}`);
		} else if (value !== null && typeof value === "object") {
			for (const [key, item] of Object.entries(value)) verify(item, [...at, Array.isArray(value) ? Number(key) : key]);
		}
	};
	for (const key of ["steps", "cleanup", "cases", "let", "clients", "lasts"] as const) verify(raw[key], [...path, key]);
}

function usedNames(text: string, at: YamlPath, context: ParseContext): readonly string[] {
	try {
		return namesIn(text);
	} catch (error) {
		if (error instanceof ExpressionError) context.fail(at, error.message);
		throw error;
	}
}
