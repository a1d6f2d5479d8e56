import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../exit-code.js";
import type { CheckOptions } from "./check-options.js";

/** Called before anything is judged: a file that can not be written must not cost the time. Throws UsageError. */
export function checkOutputs({ explain, minimal, reportJson }: CheckOptions): void {
	const outputs = { "--explain": explain, "--minimal": minimal, "--report-json": reportJson };
	for (const [option, file] of Object.entries(outputs))
		if (file !== undefined) writeOutput(option, file, () => tryFile(file));
}

function tryFile(file: string): void {
	writeFileSync(file, "");
	rmSync(file);
}

/** Throws UsageError, naming the option, when the file can not be written. */
export function writeOutput(option: string, file: string, write: () => void): void {
	try {
		mkdirSync(path.dirname(file), { recursive: true });
		write();
	} catch (error) {
		if (error instanceof Error && "syscall" in error)
			throw new UsageError(`${option} ${file} can not be written: ${error.message}`);
		throw error;
	}
}
