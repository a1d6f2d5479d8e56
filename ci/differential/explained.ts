import picomatch from "picomatch";
import type { FieldDifference } from "./comparison.js";
import type { Step } from "./program.js";

/** A difference that is known to be Apache's own peculiarity, which the reference leaves out on purpose. */
interface Explained {
	/** The operation, or a glob. */
	readonly operation: string;
	/** What differs, such as `*.body.results`, as a glob. */
	readonly field: string;
	readonly reason: string;
}

const explained: readonly Explained[] = [
	{
		operation: "multiRead",
		field: "*.rest",
		reason: "Behind a header with an error Apache sends the results that it had so far; clients do not read them.",
	},
];

/** Whether everything that differs after this step is explained. */
export function isExplained({ action }: Step, found: readonly FieldDifference[]): boolean {
	const operation = "operation" in action ? action.operation : action.kind;
	return found.every(({ field }) =>
		explained.some((each) => picomatch.isMatch(operation, each.operation) && picomatch.isMatch(field, each.field)),
	);
}
