import { readFileSync } from "node:fs";
import type { History } from "../../history/history.js";
import { HistoryError, historyOf } from "../../history/history-builder.js";
import { readHistory } from "../../history/reader.js";
import { HistoryFormatError } from "../../history/record-decoder.js";
import { parseTextLines } from "../../history/text.js";
import { UsageError } from "../exit-code.js";

/**
 * Reads a history, or its text form.
 * @throws UsageError in one line for a file that is missing, is none, is damaged, or is of a newer version
 */
export function readHistoryFile(file: string): History {
	try {
		if (!file.endsWith(".jsonl")) return readHistory(file);
		const { header, records } = parseTextLines(readFileSync(file, "utf8").split("\n"));
		return historyOf(header, records);
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		if (error instanceof HistoryFormatError || error instanceof HistoryError)
			throw new UsageError(`${file} ${asPredicate(error)}`);
		if ("syscall" in error) throw new UsageError(`${file} can not be read: ${error.message}`);
		throw error;
	}
}

/** Some messages say what the file is, others where it is wrong. */
function asPredicate({ message }: Error): string {
	return /^(is|was|has) /.test(message) ? message : `is no valid history: ${message}`;
}
