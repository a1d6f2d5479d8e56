import { type ExitCode, exitCodes } from "./exit-code.js";

export interface RunInterrupts {
	/** Set once the user or the system wants the program to end. */
	readonly exitCode: ExitCode | undefined;
	readonly signal: AbortSignal;
	/** Signals mean again what they mean to every program. */
	end(): void;
}

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** The first SIGINT or SIGTERM is for `signal`, so that all that was started ends; the second ends the process at once. */
export function watchRunInterrupts(say: (signal: NodeJS.Signals) => unknown): RunInterrupts {
	const controller = new AbortController();
	let exitCode: ExitCode | undefined;
	const interrupted = (signal: NodeJS.Signals): void => {
		const code = signal === "SIGINT" ? codes.SIGINT : codes.SIGTERM;
		if (exitCode !== undefined) process.exit(code);
		exitCode = code;
		say(signal);
		controller.abort();
	};
	for (const signal of Object.keys(codes)) process.on(signal, interrupted);
	return {
		get exitCode() {
			return exitCode;
		},
		signal: controller.signal,
		end: () => {
			for (const signal of Object.keys(codes)) process.off(signal, interrupted);
		},
	};
}
