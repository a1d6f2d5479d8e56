import type { Option } from "commander";

/** A line of --help. A default is told when it is a number, or in the words that the option has for it. */
export function describeOption({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
	const choices = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
	const told = defaultValueDescription ?? (typeof defaultValue === "number" ? String(defaultValue) : undefined);
	return `${description}${choices}${told === undefined ? "" : ` (${told} if not given)`}`;
}
