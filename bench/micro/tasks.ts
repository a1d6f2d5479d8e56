import { FrameSplitter } from "../../reference/lib/frame-splitter.js";
import { Reader } from "../../reference/lib/reader.js";
import { Writer } from "../../reference/lib/writer.js";
import { sourceOf } from "../../reference/log/byte-source.js";
import { readLog, writeLogHeader, writeRecord } from "../../reference/log/log-file.js";
import { encodeEntry } from "../../reference/log/txn-record.js";
import { sessionId, type Zxid, zxid } from "../../reference/model/ids.js";
import { openAcl } from "../../reference/model/open-acl.js";
import type { Stat } from "../../reference/model/records.js";
import type { LogEntry, Txn, TxnHeader } from "../../reference/model/txns.js";
import { freshTree } from "../../reference/tree/fresh-tree.js";
import { opcodes } from "../../reference/wire/opcodes.js";
import { writeAcls } from "../../reference/wire/records.js";
import { encodeEvent, encodeReply } from "../../reference/wire/replies.js";
import { decodeRequestHeader, maybeDecodeRequest } from "../../reference/wire/requests.js";

/** One thing to measure. `run` does it `operations` times; `check` says what was wrong with all that was done. */
export interface Task {
	readonly name: string;
	readonly operations: number;
	run(): void;
	check(): string | undefined;
}

/** Small enough for a fine clock, large enough that one call of a task costs nothing beside it. */
const operations = 100;
const dataBytes = 1024;
const data = new Uint8Array(dataBytes).fill(0x61);
const session = sessionId(0x1_0000_0000_0000_0001n);
const wallMs = 1_700_000_000_000;

const stat: Stat = {
	czxid: zxid(1),
	mzxid: zxid(2),
	ctimeMs: wallMs,
	mtimeMs: wallMs,
	version: 1,
	cversion: 0,
	aversion: 0,
	ephemeralOwner: 0n,
	dataLength: dataBytes,
	numChildren: 0,
	pzxid: zxid(1),
};

/** Each call gives tasks with fresh state. */
export function makeTasks(): Task[] {
	return [decodeCreates(), splitFrames(), encodeData(), encodeEvents(), setData(), createAndDelete(), writeLog()];
}

function repeat(call: (i: number) => void): void {
	for (let i = 0; i < operations; i++) call(i);
}

function expectEqual(what: string, actual: number | string | bigint, expected: number | string | bigint) {
	return actual === expected ? undefined : `${what}: ${actual} instead of ${expected}`;
}

function createRequest(): Uint8Array {
	const writer = new Writer().int(7).int(opcodes.create).ustring("/app/locks/lock-0000000001").buffer(data);
	return writeAcls(writer, openAcl).int(0).copy();
}

function decodeCreates(): Task {
	const frame = createRequest();
	let decoded = 0;
	let path = "";
	const decode = () => {
		const reader = new Reader(frame);
		const request = maybeDecodeRequest(decodeRequestHeader(reader).opcode, reader);
		if (request?.type !== "create") return;
		decoded += request.data?.length ?? 0;
		path = request.path;
	};
	let runs = 0;
	return {
		name: "decode a create request of 1 KiB",
		operations,
		run: () => {
			runs++;
			repeat(decode);
		},
		check: () =>
			expectEqual("bytes of data", decoded, runs * operations * dataBytes) ??
			expectEqual("path", path, "/app/locks/lock-0000000001"),
	};
}

function splitFrames(): Task {
	const frame = createRequest();
	const writer = new Writer();
	repeat(() => writer.buffer(frame));
	const stream = writer.copy();
	const splitter = new FrameSplitter(1 << 20);
	let bytes = 0;
	let runs = 0;
	return {
		name: "cut one frame of 1 KiB out of a stream",
		operations,
		run: () => {
			runs++;
			splitter.push(stream);
			for (let result = splitter.next(); result.type === "frame"; result = splitter.next()) bytes += result.body.length;
		},
		check: () => expectEqual("bytes in frames", bytes, runs * operations * frame.length),
	};
}

function encodeData(): Task {
	let bytes = 0;
	let runs = 0;
	const headerBytes = 4 + 16 + 4;
	const statBytes = 68;
	return {
		name: "encode a getData reply of 1 KiB",
		operations,
		run: () => {
			runs++;
			repeat((i) => {
				bytes += encodeReply({ xid: i, zxid: zxid(i), error: 0 }, { type: "data", data, stat }).length;
			});
		},
		check: () => expectEqual("bytes", bytes, runs * operations * (headerBytes + dataBytes + statBytes)),
	};
}

function encodeEvents(): Task {
	const path = "/app/config";
	let bytes = 0;
	let runs = 0;
	return {
		name: "encode a watch event",
		operations,
		run: () => {
			runs++;
			repeat((i) => {
				bytes += encodeEvent("dataChanged", path, zxid(i)).length;
			});
		},
		check: () => expectEqual("bytes", bytes, runs * operations * (4 + 16 + 4 + 4 + 4 + path.length)),
	};
}

function header(type: Txn["type"], at: number): TxnHeader {
	return { session, cxid: at, zxid: zxid(at), timeMs: wallMs, type };
}

function createTxn(path: string, parentCversion: number): Txn {
	return { type: 1, path, data, acl: openAcl, ephemeral: false, parentCversion };
}

function setData(): Task {
	const tree = freshTree();
	tree.apply(header(1, 1), createTxn("/node", 1));
	let version = 0;
	return {
		name: "apply a setData of 1 KiB to the tree",
		operations,
		run: () =>
			repeat(() => {
				version++;
				tree.apply(header(5, version + 1), { type: 5, path: "/node", data, version });
			}),
		check: () =>
			expectEqual("version", tree.mustNode("/node").stat.version, version) ??
			expectEqual("last zxid", tree.lastZxid, version + 1),
	};
}

function createAndDelete(): Task {
	const tree = freshTree();
	const nodesBefore = tree.nodeCount;
	const cversion = tree.mustNode("/").stat.cversion;
	let done = 0;
	const pair = () => {
		done++;
		const path = `/node-${done}`;
		tree.apply(header(1, 2 * done), createTxn(path, cversion + done));
		tree.apply(header(2, 2 * done + 1), { type: 2, path });
	};
	return {
		name: "apply a create and a delete to the tree",
		operations,
		run: () => repeat(pair),
		check: () =>
			expectEqual("nodes left", tree.nodeCount, nodesBefore) ??
			expectEqual("children ever created", tree.mustNode("/").stat.cversion, cversion + done),
	};
}

function writeLog(): Task {
	const writer = new Writer(1 << 20);
	let last: Zxid = zxid(0);
	const write = () => {
		last = zxid(last + 1);
		const entry: LogEntry = { header: header(5, last), txn: { type: 5, path: "/node", data, version: 1 }, digest: 1n };
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
		check: () => {
			const records = [...readLog(sourceOf("memory", writer.bytes()), 1 << 20)];
			const found = records.at(-1)?.entry.header.zxid ?? -1;
			return expectEqual("records", records.length, operations) ?? expectEqual("last zxid", found, last);
		},
	};
}
