/** How the program ends; a number a meaning, so that pipelines can tell them apart. */
export const exitCodes = {
	kept: 0,
	violated: 1,
	wrongUse: 2,
	unreachable: 3,
	undecided: 4,
	interrupted: 130,
	terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the user asked for makes no sense; the message is one line for that user. */
export class UsageError extends Error {
	override readonly name = "UsageError";
}
