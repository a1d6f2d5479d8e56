import { didYouMean } from "../../spec/load/nearest.js";
import { isOperator, operatorNames } from "./matcher.js";

/** Keys that stand beside an operator. */
const companions: Readonly<Record<string, string>> = { but: "same", times: "text" };

/** Operators whose argument is a list; what an expression gives is only known when it runs. */
const ofLists = new Set(["oneOf", "allOf", "unordered", "between"]);

/** What is wrong with an operator as it is written, or with one inside it; undefined when nothing is. */
export function operatorProblem(value: unknown): string | undefined {
	if (Array.isArray(value)) return firstProblem(value);
	if (value === null || typeof value !== "object" || value instanceof Uint8Array) return undefined;
	if (!isOperator(value)) return firstProblem(Object.values(value));
	for (const [name, argument] of Object.entries(value)) {
		const problem = nameProblem(name, value) ?? argumentProblem(name, argument) ?? operatorProblem(argument);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

function firstProblem(values: readonly unknown[]): string | undefined {
	return values.map(operatorProblem).find((problem) => problem !== undefined);
}

function nameProblem(name: string, whole: Readonly<Record<string, unknown>>): string | undefined {
	const before = companions[name];
	if (before !== undefined) return before in whole ? undefined : `"${name}" needs "${before}" before it`;
	if (operatorNames.includes(name)) return undefined;
	const hint = didYouMean(name, operatorNames) || `; operators are ${operatorNames.join(", ")}`;
	return `unknown operator "${name}" beside "${Object.keys(whole)[0]}"${hint}`;
}

function argumentProblem(name: string, argument: unknown): string | undefined {
	if (typeof argument === "string" && argument.includes("$")) return undefined;
	if (ofLists.has(name) && !Array.isArray(argument)) return `${name} takes a list`;
	if (name === "between" && (argument as readonly unknown[]).length !== 2)
		return "between takes a list of two: [low, high]";
	return name === "matches" ? regexProblem(String(argument)) : undefined;
}

function regexProblem(pattern: string): string | undefined {
	try {
		new RegExp(pattern, "m");
		return undefined;
	} catch (error) {
		if (error instanceof SyntaxError) return `matches: ${error.message}`;
		throw error;
	}
}
