import type { Execution } from "./execution.js";
import { exitCodes } from "./exit-code.js";

/** What has to happen when the user or the system ends the program in the middle. */
export interface Interrupts {
	/** Removes what the suite created; returns what could not be removed. */
	cleanUp: (() => Promise<readonly string[]>) | undefined;
	/** Stops what else was started, such as the bundled server. */
	stopServer: (() => Promise<void>) | undefined;
	execution: Execution | undefined;
}

const signals = [
	["SIGINT", exitCodes.interrupted],
	["SIGTERM", exitCodes.terminated],
] as const;

/** On the first SIGINT or SIGTERM cleans up and ends; on the second ends at once. */
export function watchInterrupts(say: (text: string) => void): Interrupts {
	const interrupts: Interrupts = { cleanUp: undefined, stopServer: undefined, execution: undefined };
	let count = 0;
	const interrupted = async (signal: string): Promise<void> => {
		interrupts.execution?.stop(`not run: ${signal}`);
		say(`${signal}: removing what the suite created; once more to end at once`);
		await interrupts.execution?.outsideEnded();
		const left = (await interrupts.cleanUp?.()) ?? [];
		if (left.length > 0) say(`could not be removed: ${left.join(", ")}`);
		await interrupts.stopServer?.();
	};
	for (const [signal, exitCode] of signals) {
		process.on(signal, () => {
			if (++count > 1) process.exit(exitCode);
			const end = () => process.exit(exitCode);
			interrupted(signal).then(end, (error: unknown) => {
				say(`could not clean up: ${(error as Error).message}`);
				end();
			});
		});
	}
	return interrupts;
}
