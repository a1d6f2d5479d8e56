/** Apache's exit codes. */
export const exitCodes = {
	ok: 0,
	unexpected: 1,
	invalidInvocation: 2,
	dataDir: 3,
	logOrSnapshot: 10,
	quorumPort: 14,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why the server can not start or go on: one line for the operator and the code to end with. */
export class StartError extends Error {
	override readonly name = "StartError";
	readonly exitCode: ExitCode;

	constructor(exitCode: ExitCode, message: string) {
		super(message);
		this.exitCode = exitCode;
	}
}
