import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { recordsOf } from "../../history/history.js";
import { textLines } from "../../history/text.js";
import { type ExitCode, exitCodes } from "../exit-code.js";
import { readHistoryFile } from "./history-input.js";

/** Fewer, larger writes. */
const linesAtOnce = 1000;

/** Prints histories in their text form. Whoever reads it may stop when that is enough. */
export async function printText(files: readonly string[]): Promise<ExitCode> {
	for (const file of files) {
		const history = readHistoryFile(file);
		const lines = Readable.from(batches(textLines(history.header, recordsOf(history))));
		try {
			await pipeline(lines, process.stdout, { end: false });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "EPIPE") return exitCodes.kept;
			throw error;
		}
	}
	return exitCodes.kept;
}

function* batches(lines: Iterable<string>): Generator<string> {
	let batch: string[] = [];
	for (const line of lines) {
		batch.push(line);
		if (batch.length < linesAtOnce) continue;
		yield `${batch.join("\n")}\n`;
		batch = [];
	}
	if (batch.length > 0) yield `${batch.join("\n")}\n`;
}
