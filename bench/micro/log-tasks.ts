import { Flushes } from "../../reference/host/flushes.js";
import { LogAppender } from "../../reference/host/log-appender.js";
import { crc32 } from "../../reference/lib/crc32.js";
import { Writer } from "../../reference/lib/writer.js";
import { adler32 } from "../../reference/log/adler32.js";
import { sourceOf } from "../../reference/log/byte-source.js";
import { logHeaderBytes, readLog, writeLogHeader, writeRecord } from "../../reference/log/log-file.js";
import { encodeEntry } from "../../reference/log/txn-record.js";
import { type Zxid, zxid } from "../../reference/model/ids.js";
import type { LogEntry } from "../../reference/model/txns.js";
import { NoDisk } from "./no-disk.js";
import { data, expectEqual, operations, repeat, type Task } from "./task.js";
import { txnHeader } from "./txn-header.js";

export function logTasks(): Task[] {
	return [writeLog(), appendToLog(), sumAdler(), sumCrc()];
}

function writeLog(): Task {
	const writer = new Writer(1 << 20);
	let last: Zxid = zxid(0);
	const write = () => {
		last = zxid(last + 1);
		const entry: LogEntry = {
			header: txnHeader(5, last),
			txn: { type: 5, path: "/node", data, version: 1 },
			digest: 1n,
		};
		writeRecord(writer, encodeEntry(entry));
	};
	return {
		name: "write a log record of 1 KiB with its checksum",
		operations,
		run: () => {
			writer.clear();
			writeLogHeader(writer);
			repeat(write);
		},
		made: () => writer.bytes(),
		check: () => {
			const records = [...readLog(sourceOf("memory", writer.bytes()), 1 << 20)];
			const found = records.at(-1)?.entry.header.zxid ?? -1;
			return expectEqual("records", records.length, operations) ?? expectEqual("last zxid", found, last);
		},
	};
}

/** Group commit: a batch of entries, one write, one flush; each batch goes on where the one before ended. */
function appendToLog(): Task {
	const disk = new NoDisk();
	let safe = zxid(0);
	let last = zxid(0);
	const flushes = new Flushes(disk);
	const appender = new LogAppender(disk, flushes, 1 << 26, (upTo) => {
		safe = upTo;
	});
	const body = encodeEntry({ header: txnHeader(5, 1), txn: { type: 5, path: "/node", data, version: 1 }, digest: 1n });
	return {
		name: "append an entry of 1 KiB to the log, a hundred a flush",
		operations,
		run: () => {
			repeat(() => {
				last = zxid(last + 1);
				appender.append({ zxid: last, body });
			});
			appender.commit();
			flushes.ended(disk.ticket);
		},
		made: () => disk.last,
		check: () => {
			const recordBytes = 12 + body.length + 1;
			return expectEqual("safe", safe, last) ?? expectEqual("bytes", disk.bytes, logHeaderBytes + last * recordBytes);
		},
	};
}

/** As a log's records and snapshots have it. */
function sumAdler(): Task {
	let sum = 1;
	return {
		name: "Adler-32 of 1 KiB",
		operations,
		run: () => {
			sum = 1;
			repeat(() => {
				sum = adler32(data, sum);
			});
		},
		made: () => String(sum),
		check: () => expectEqual("sum", sum, 0xe41398da),
	};
}

/** As the tree's digests have it. */
function sumCrc(): Task {
	let sum = 0;
	return {
		name: "CRC-32 of 1 KiB",
		operations,
		run: () => {
			sum = 0;
			repeat(() => {
				sum = crc32(data, sum);
			});
		},
		made: () => String(sum),
		check: () => expectEqual("sum", sum, 0xf09a3d2a),
	};
}
