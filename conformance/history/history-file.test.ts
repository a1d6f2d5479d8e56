import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { recordsOf } from "./history.js";
import { openHistoryFile, readHistory } from "./reader.js";
import type { HistoryRecord } from "./record.js";
import { HistoryFormatError } from "./record-decoder.js";
import { randomRecords, testHeader } from "./testing/random-records.js";
import { parseTextLines, textLines } from "./text.js";
import { textsMax } from "./text-memory.js";
import { createHistoryFile } from "./writer.js";

describe("the file of a history", () => {
	let folder: string;
	let file: string;

	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-history-"));
		file = path.join(folder, "h.zkh");
	});

	after(() => rmSync(folder, { recursive: true }));

	function save(records: Iterable<HistoryRecord>): void {
		const writer = createHistoryFile(file, testHeader);
		for (const record of records) writer.write(record);
		writer.close();
	}

	function load(): HistoryRecord[] {
		const opened = openHistoryFile(file);
		try {
			return [...opened.records()];
		} finally {
			opened.close();
		}
	}

	it("gives back what was written, as records and from memory", () => {
		fc.assert(
			fc.property(randomRecords, (records) => {
				save(records);
				assert.deepEqual(load(), records);
				const history = readHistory(file);
				assert.deepEqual(history.header, testHeader);
				assert.deepEqual([...recordsOf(history)], records);
			}),
			{ numRuns: 60 },
		);
	});

	it("gives back what was written as text", () => {
		fc.assert(
			fc.property(randomRecords, (records) => {
				const { header, records: parsed } = parseTextLines(textLines(testHeader, records));
				assert.deepEqual(header, testHeader);
				assert.deepEqual(parsed, records);
			}),
			{ numRuns: 50 },
		);
	});

	it("is readable up to where it was cut, at whatever byte", () => {
		const [records] = fc.sample(randomRecords, { seed: 7, numRuns: 1, size: "medium" } as fc.Parameters<
			HistoryRecord[]
		>);
		assert.ok(records !== undefined && records.length > 5);
		save(records);
		const whole = readFileSync(file);
		const headerEnd = whole.indexOf("\n") + 1;
		for (let size = whole.length; size >= headerEnd; size--) {
			truncateSync(file, size);
			const read = load();
			assert.deepEqual(read, records.slice(0, read.length));
			assert.ok(size === whole.length ? read.length === records.length : read.length < records.length);
		}
	});

	it("forgets texts when there are too many, and goes on", () => {
		const records: HistoryRecord[] = [];
		for (let server = 0; server < textsMax + 10; server++) {
			const event = { connection: 1, zxid: server, event: "created" as const, path: `/n${server}` };
			records.push({ type: "event", atUs: server, ...event });
		}
		save(records);
		const read = load();
		assert.equal(read.length, records.length);
		assert.deepEqual(read.slice(-20), records.slice(-20));
	});

	it("refuses what is not a history, or a newer one", () => {
		writeFileSync(file, "zookeeper\n");
		assert.throws(load, (error) => error instanceof HistoryFormatError && /not a history/.test(error.message));
		writeFileSync(file, '{"format":"zkspec history/2"}\n');
		assert.throws(load, (error) => error instanceof HistoryFormatError && /history\/2/.test(error.message));
	});
});
