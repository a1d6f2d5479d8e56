import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "./exit-code.js";

/**
 * Called before anything runs: a file that can not be written must not cost a run, and one of an earlier run must not
 * pass for this one's if this one breaks off.
 * @throws UsageError
 */
export function clearOutput(option: string, file: string): void {
	writeOutput(option, file, () => {
		writeFileSync(file, "");
		// Who says /dev/null or /dev/stdout keeps it.
		if (statSync(file).isFile()) rmSync(file);
	});
}

/** @throws UsageError */
export function writeText(option: string, file: string, text: string): void {
	writeOutput(option, file, () => writeFileSync(file, text));
}

/**
 * Makes the file's folder before `write`.
 * @throws UsageError naming the option when the system refuses
 */
export function writeOutput(option: string, file: string, write: () => void): void {
	try {
		mkdirSync(path.dirname(file), { recursive: true });
		write();
	} catch (error) {
		if (!(error instanceof Error) || !("syscall" in error)) throw error;
		throw new UsageError(`${option} ${file} can not be written: ${error.message}`);
	}
}
