import { FrameSplitter } from "../../reference/lib/frame-splitter.js";
import { Reader } from "../../reference/lib/reader.js";
import { Writer } from "../../reference/lib/writer.js";
import { zxid } from "../../reference/model/ids.js";
import { openAcl } from "../../reference/model/open-acl.js";
import type { Stat } from "../../reference/model/records.js";
import { opcodes } from "../../reference/wire/opcodes.js";
import { writeAcls } from "../../reference/wire/records.js";
import { writeEvent, writeReply } from "../../reference/wire/replies.js";
import { decodeRequestHeader, maybeDecodeRequest } from "../../reference/wire/requests.js";
import { data, dataBytes, expectEqual, operations, repeat, type Task, wallMs } from "./task.js";

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

export function codecTasks(): Task[] {
	return [decodeCreates(), splitFrames(), encodeData(), encodeEvents()];
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
	return {
		name: "decode a create request of 1 KiB",
		operations,
		run: () => repeat(decode),
		check: (runs) =>
			expectEqual("bytes of data", decoded, runs * operations * dataBytes) ??
			expectEqual("path", path, "/app/locks/lock-0000000001"),
		made: () => path,
	};
}

function splitFrames(): Task {
	const frame = createRequest();
	const writer = new Writer();
	repeat(() => writer.buffer(frame));
	const stream = writer.copy();
	const splitter = new FrameSplitter(1 << 20);
	let last: Uint8Array = new Uint8Array();
	let bytes = 0;
	return {
		name: "cut one frame of 1 KiB out of a stream",
		operations,
		run: () => {
			splitter.push(stream);
			for (let result = splitter.next(); result.type === "frame"; result = splitter.next()) {
				last = result.body;
				bytes += last.length;
			}
		},
		check: (runs) => expectEqual("bytes in frames", bytes, runs * operations * frame.length),
		made: () => last,
	};
}

function encodeData(): Task {
	const writer = new Writer();
	let bytes = 0;
	const headerBytes = 4 + 16 + 4;
	const statBytes = 68;
	return {
		name: "encode a getData reply of 1 KiB",
		operations,
		run: () =>
			repeat((i) => {
				writer.clear();
				bytes += writeReply(writer, { xid: i, zxid: zxid(i), error: 0 }, { type: "data", data, stat });
			}),
		check: (runs) => expectEqual("bytes", bytes, runs * operations * (headerBytes + dataBytes + statBytes)),
		made: () => writer.bytes(),
	};
}

function encodeEvents(): Task {
	const path = "/app/config";
	const writer = new Writer();
	let bytes = 0;
	return {
		name: "encode a watch event",
		operations,
		run: () =>
			repeat((i) => {
				writer.clear();
				writeEvent(writer, "dataChanged", path, zxid(i));
				bytes += writer.length;
			}),
		check: (runs) => expectEqual("bytes", bytes, runs * operations * (4 + 16 + 4 + 4 + 4 + path.length)),
		made: () => writer.bytes(),
	};
}
