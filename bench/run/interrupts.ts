import { exitCodes } from "./exit-code.js";

export interface Interrupts {
	/** Set once the user or the system wants the program to end. */
	readonly exitCode: number | undefined;
	readonly signal: AbortSignal;
	/** Signals mean again what they mean to every program. */
	end(): void;
}

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** On the first SIGINT or SIGTERM the round under way ends and all servers with it; on the second all ends at once. */
export function watchInterrupts(say: (text: string) => unknown): Interrupts {
	const controller = new AbortController();
	let exitCode: number | undefined;
	const interrupted = (signal: NodeJS.Signals): void => {
		const code = signal === "SIGINT" ? codes.SIGINT : codes.SIGTERM;
		if (exitCode !== undefined) process.exit(code);
		exitCode = code;
		say(`${signal}: stopping the servers; once more to end at once`);
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
