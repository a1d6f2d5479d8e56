import type { Place } from "../../spec/load/spec-error.js";

/** A promise that was not kept, with all that a person needs to see why. */
export interface Violation {
	readonly where: Place;
	readonly client: string;
	/** What was asked, in one line. */
	readonly step: string;
	/** `subject: expected …, found …`, one for each demand that did not hold. */
	readonly problems: readonly string[];
}

/** Stops a scenario: the server did something else than the step demands. */
export class ViolationError extends Error {
	override readonly name = "ViolationError";
	readonly violation: Violation;

	constructor(violation: Violation) {
		super(violation.problems.join("; "));
		this.violation = violation;
	}
}

/** Stops a scenario: what was observed neither proves nor refutes the clause, for example because this machine was late. */
export class UndecidedError extends Error {
	override readonly name = "UndecidedError";
}

/** Stops a scenario: the target can not be reached any more. */
export class UnreachableError extends Error {
	override readonly name = "UnreachableError";
}

/** A step that can not be carried out as written, such as an unknown client or a wrong type. */
export class StepError extends Error {
	override readonly name = "StepError";
	readonly where: Place;

	constructor(where: Place, message: string) {
		super(message);
		this.where = where;
	}
}
