import { headerOf } from "./reader.js";
import type { HistoryHeader, HistoryRecord } from "./record.js";
import { HistoryFormatError } from "./record-decoder.js";

/**
 * A history for people and for hand: lines of JSON, first the header, then a record each as it is declared. Session ids are
 * text such as "0x10000a2b3c40000".
 */
export function* textLines(header: HistoryHeader, records: Iterable<HistoryRecord>): Generator<string> {
	yield JSON.stringify(header);
	for (const record of records) yield JSON.stringify(record, plainValue);
}

/** Reads what `textLines` gives. Throws `HistoryFormatError`; what the records say is not looked at. */
export function parseTextLines(lines: Iterable<string>): { header: HistoryHeader; records: HistoryRecord[] } {
	const [first, ...rest] = [...lines].filter((line) => line.trim() !== "");
	return { header: headerOf(first), records: rest.map(parseRecord) };
}

function parseRecord(line: string, index: number): HistoryRecord {
	try {
		return JSON.parse(line, revived) as HistoryRecord;
	} catch (error) {
		if (error instanceof SyntaxError) throw new HistoryFormatError(`line ${index + 2}: ${error.message}`);
		throw error;
	}
}

const sessionKeys: ReadonlySet<string> = new Set(["session", "ephemeralOwner"]);

function plainValue(key: string, value: unknown): unknown {
	if (key === "stat" && value === undefined) return null;
	return typeof value === "bigint" ? `0x${BigInt.asUintN(64, value).toString(16)}` : value;
}

function revived(key: string, value: unknown): unknown {
	if (sessionKeys.has(key)) return BigInt.asIntN(64, BigInt(value as string));
	const withoutStat = typeof value === "object" && value !== null && "stat" in value && value.stat === null;
	return withoutStat ? { ...value, stat: undefined } : value;
}
