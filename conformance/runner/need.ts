import type { Facts } from "../scenario/environment.js";

const comparisons: Readonly<Record<string, (actual: number, wanted: number) => boolean>> = {
	">=": (actual, wanted) => actual >= wanted,
	"<=": (actual, wanted) => actual <= wanted,
	">": (actual, wanted) => actual > wanted,
	"<": (actual, wanted) => actual < wanted,
	"=": (actual, wanted) => actual === wanted,
};

/** Facts as they were found, and for those that do not hold how that was seen. */
export interface Findings {
	readonly facts: Facts;
	readonly reasons: ReadonlyMap<string, string>;
}

/** Why a need such as `ttl` or `servers>=3` does not hold for the target; undefined when it does. */
export function unmetNeed(need: string, { facts, reasons }: Findings): string | undefined {
	const match = /^([\w.]+?) *(?:(>=|<=|>|<|=) *(\d+))?$/.exec(need);
	const [, name = need, operator, wanted] = match ?? [];
	const actual = facts[name];
	const reason = reasons.get(name);
	if (actual === undefined) return `needs ${need}: ${reason ?? `not known; say it with --fact ${name}=…`}`;
	if (operator === undefined) return actual ? undefined : `needs ${need}: ${reason ?? "the target does not have it"}`;
	if (comparisons[operator]?.(Number(actual), Number(wanted))) return undefined;
	return `needs ${need}: it is ${actual}${reason === undefined || actual === true ? "" : ` (${reason})`}`;
}
