import type { Place } from "../../spec/load/spec-error.js";
import { describeValue } from "./describe.js";
import { ExpressionError, evaluateTemplate, type Scope } from "./expression.js";
import { StepError } from "./verdict.js";

/** One thing that a scenario demands; `id` numbers it within the scenario so that a run can flip it. */
export interface Expectation {
	readonly id: number;
	readonly where: Place;
	/** What it looks at, such as `reply.stat.version`. */
	readonly subject: string;
}

/** A demand on one value, parsed; texts inside are evaluated when it is applied. */
export type Matcher =
	| { readonly kind: "record"; readonly fields: ReadonlyMap<string, Matcher> }
	| { readonly kind: "list"; readonly items: readonly Matcher[]; readonly expectation: Expectation }
	| { readonly kind: "leaf"; readonly wanted: unknown; readonly expectation: Expectation };

/** What did not hold, for the report. */
export interface Mismatch {
	readonly expectation: Expectation;
	readonly expected: string;
	readonly actual: string;
}

/** How a matcher is applied: names it can use, and the expectation to flip, if any. */
export interface MatchContext {
	readonly scope: Scope;
	readonly flip: number | undefined;
}

const operators = new Set([
	"any",
	"absent",
	"not",
	"oneOf",
	"allOf",
	"gt",
	"ge",
	"lt",
	"le",
	"between",
	"matches",
	"startsWith",
	"endsWith",
	"length",
	"contains",
	"unordered",
	"each",
	"same",
	"hex",
	"text",
]);

/** True for a map such as `{gt: 3}`, which is an operator and not a record. */
export function isOperator(value: unknown): value is Record<string, unknown> {
	if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
	const [first] = Object.keys(value);
	return first !== undefined && operators.has(first);
}

/** Names of the operators, for the messages of the loader. */
export const operatorNames: readonly string[] = [...operators];

/** All mismatches of `actual`; none means that everything demanded holds. */
export function mismatches(matcher: Matcher, actual: unknown, context: MatchContext): Mismatch[] {
	switch (matcher.kind) {
		case "record":
			return [...matcher.fields].flatMap(([name, field]) => mismatches(field, fieldOf(actual, name), context));
		case "list":
			return listMismatches(matcher, actual, context);
		case "leaf":
			return leafMismatches(matcher, actual, context);
	}
}

function fieldOf(actual: unknown, name: string): unknown {
	if (actual === null || typeof actual !== "object") return undefined;
	return (actual as Record<string, unknown>)[name];
}

function listMismatches(matcher: Matcher & { kind: "list" }, actual: unknown, context: MatchContext): Mismatch[] {
	const fits = Array.isArray(actual) && actual.length === matcher.items.length;
	if (fits === (context.flip === matcher.expectation.id)) {
		const expected = `${fits ? "not " : ""}a list of ${matcher.items.length}`;
		return [{ expectation: matcher.expectation, expected, actual: describeValue(actual) }];
	}
	if (!fits) return [];
	return matcher.items.flatMap((item, i) => mismatches(item, actual[i], context));
}

function leafMismatches(matcher: Matcher & { kind: "leaf" }, actual: unknown, context: MatchContext): Mismatch[] {
	const wanted = wantedBy(matcher, context.scope);
	const flipped = context.flip === matcher.expectation.id;
	if (holds(wanted, actual) !== flipped) return [];
	const expected = (flipped ? "not " : "") + describeValue(wanted);
	return [{ expectation: matcher.expectation, expected, actual: describeValue(actual) }];
}

function wantedBy(matcher: Matcher & { kind: "leaf" }, scope: Scope): unknown {
	try {
		return evaluateTemplate(matcher.wanted, scope);
	} catch (error) {
		if (error instanceof ExpressionError) throw new StepError(matcher.expectation.where, error.message);
		throw error;
	}
}

/** Whether `actual` is what an evaluated template wants: a literal, an operator, a list or a part of a record. */
export function holds(wanted: unknown, actual: unknown): boolean {
	if (isOperator(wanted) && !isRecordWith(actual, wanted)) {
		return Object.entries(wanted).every(([name, argument]) => operatorHolds(name, argument, actual, wanted));
	}
	if (Array.isArray(wanted)) return listHolds(wanted, actual);
	if (wanted !== null && typeof wanted === "object" && !(wanted instanceof Uint8Array)) {
		if (actual === null || typeof actual !== "object") return false;
		return Object.entries(wanted).every(([name, item]) => holds(item, fieldOf(actual, name)));
	}
	return equal(wanted, actual);
}

/** A record that has a field of the operator's name means that field. */
function isRecordWith(actual: unknown, wanted: Record<string, unknown>): boolean {
	if (actual === null || typeof actual !== "object" || Array.isArray(actual) || actual instanceof Uint8Array)
		return false;
	return Object.keys(wanted).every((key) => Object.hasOwn(actual, key));
}

function listHolds(wanted: readonly unknown[], actual: unknown): boolean {
	return Array.isArray(actual) && actual.length === wanted.length && wanted.every((item, i) => holds(item, actual[i]));
}

function operatorHolds(name: string, argument: unknown, actual: unknown, whole: Record<string, unknown>): boolean {
	switch (name) {
		case "any":
			return actual !== undefined;
		case "absent":
			return (actual === undefined) === (argument === true);
		case "not":
			return actual !== undefined && !holds(argument, actual);
		case "oneOf":
			return (argument as unknown[]).some((item) => holds(item, actual));
		case "allOf":
			return (argument as unknown[]).every((item) => holds(item, actual));
		case "gt":
		case "ge":
		case "lt":
		case "le":
		case "between":
			return orderHolds(name, argument, actual);
		case "same":
			return sameHolds(argument, whole.but, actual);
		case "but":
		case "times":
			return true;
		case "text":
			return equal(String(argument).repeat(Number(whole.times ?? 1)), actual);
		case "hex":
			return actual instanceof Uint8Array && Buffer.from(actual).toString("hex") === argument;
		case "matches":
		case "startsWith":
		case "endsWith":
			return textHolds(name, String(argument), textOf(actual));
		default:
			return collectionHolds(name, argument, actual);
	}
}

function orderHolds(name: string, argument: unknown, actual: unknown): boolean {
	if (typeof actual !== "number" && typeof actual !== "bigint") return false;
	if (name === "between") {
		const [low, high] = argument as [number, number];
		return actual >= low && actual <= high;
	}
	const bound = argument as number | bigint;
	if (name === "gt") return actual > bound;
	if (name === "ge") return actual >= bound;
	return name === "lt" ? actual < bound : actual <= bound;
}

function textHolds(name: string, argument: string, text: string | undefined): boolean {
	if (text === undefined) return false;
	if (name === "startsWith") return text.startsWith(argument);
	return name === "endsWith" ? text.endsWith(argument) : new RegExp(argument, "m").test(text);
}

function collectionHolds(name: string, argument: unknown, actual: unknown): boolean {
	if (name === "length") {
		const length = (actual as { length?: number } | null)?.length;
		return length !== undefined && holds(argument, length);
	}
	if (!Array.isArray(actual)) return name === "contains" && textOf(actual)?.includes(String(argument)) === true;
	if (name === "each") return actual.every((item) => holds(argument, item));
	const wanted = argument as unknown[];
	if (name === "unordered" && wanted.length !== actual.length) return false;
	return assignable(wanted, actual);
}

/** Whether every wanted item can be given an actual item of its own. */
function assignable(wanted: readonly unknown[], actual: readonly unknown[]): boolean {
	const [first, ...rest] = wanted;
	if (wanted.length === 0) return true;
	return actual.some((item, i) => holds(first, item) && assignable(rest, actual.toSpliced(i, 1)));
}

/** Every field of a saved record again, but for those listed with what they must be instead. */
function sameHolds(before: unknown, but: unknown, actual: unknown): boolean {
	if (before === null || typeof before !== "object" || before instanceof Uint8Array) return equal(before, actual);
	const changed = (but ?? {}) as Record<string, unknown>;
	if (Array.isArray(before)) return listHolds(before, actual);
	return Object.keys({ ...before, ...changed }).every((name) => {
		const value = fieldOf(actual, name);
		return name in changed ? holds(changed[name], value) : sameHolds(fieldOf(before, name), undefined, value);
	});
}

function textOf(value: unknown): string | undefined {
	if (typeof value === "string") return value;
	return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : undefined;
}

/** Equality across number and bigint, and of a text with the buffer that holds it. Null equals null only. */
function equal(wanted: unknown, actual: unknown): boolean {
	if (typeof wanted === "string" && actual instanceof Uint8Array) return Buffer.from(wanted).equals(actual);
	if (wanted instanceof Uint8Array && actual instanceof Uint8Array) return Buffer.from(wanted).equals(actual);
	if (isInteger(wanted) && isInteger(actual)) return BigInt(wanted) === BigInt(actual);
	return wanted === actual;
}

function isInteger(value: unknown): value is number | bigint {
	return typeof value === "bigint" || Number.isInteger(value);
}
