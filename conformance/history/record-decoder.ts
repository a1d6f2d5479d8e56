import type { ByteCursor } from "./byte-cursor.js";
import { createModes, eventTypes, operationNames, resultNames } from "./operation-code.js";
import type { HistoryRecord, Operation, Result, SubOperation, SubResult, WatchLists } from "./record.js";
import { phaseNames, recordTag } from "./record-tag.js";
import { StatMemory, sessionOf } from "./stat-memory.js";
import { TextReader } from "./text-memory.js";

/** A file that is not a history, or one that this version can not read. */
export class HistoryFormatError extends Error {
	override readonly name = "HistoryFormatError";
}

/** Reads what `RecordEncoder` wrote, frame by frame. Throws `HistoryFormatError` for what it can not have written. */
export class RecordDecoder {
	readonly #texts = new TextReader();
	readonly #stats = new StatMemory();
	/** Of calls that have no end yet. */
	readonly #openPaths = new Map<number, string>();
	readonly #cursor: ByteCursor;
	#atUs = 0;
	#zxid = 0;
	#calls = 0;

	constructor(cursor: ByteCursor) {
		this.#cursor = cursor;
	}

	/** The record in the frame at the cursor; undefined for a frame that is none. */
	decode(): HistoryRecord | undefined {
		const tag = this.#cursor.byte();
		if (tag === recordTag.forget) {
			this.#texts.forget();
			this.#stats.forget();
			return undefined;
		}
		this.#atUs += this.#cursor.signed();
		if (tag >= recordTag.failedReply) return this.#reply(tag - recordTag.failedReply, true);
		if (tag >= recordTag.reply) return this.#reply(tag - recordTag.reply, false);
		if (tag >= recordTag.call) return this.#call(tag - recordTag.call);
		return this.#other(tag);
	}

	#other(tag: number): HistoryRecord {
		const cursor = this.#cursor;
		const atUs = this.#atUs;
		switch (tag) {
			case recordTag.connecting:
				return this.#connecting();
			case recordTag.connected: {
				const connection = cursor.varint();
				return { type: "connected", atUs, connection, session: sessionOf(cursor.text()), timeoutMs: cursor.varint() };
			}
			case recordTag.expired:
				return { type: "expired", atUs, connection: cursor.varint() };
			case recordTag.disconnected:
				return { type: "disconnected", atUs, connection: cursor.varint() };
			case recordTag.lost: {
				const call = this.#calls - 1 - cursor.varint();
				this.#openPaths.delete(call);
				return { type: "lost", atUs, call };
			}
			case recordTag.event: {
				const connection = cursor.varint();
				const zxid = cursor.signed();
				const event = nameOf(eventTypes, cursor.byte());
				return { type: "event", atUs, connection, zxid, event, path: this.#text() };
			}
			case recordTag.fault:
				return { type: "fault", atUs, servers: this.#list(() => cursor.varint()), text: cursor.text() };
			case recordTag.phase:
				return { type: "phase", atUs, phase: nameOf(phaseNames, cursor.byte()) };
			default:
				throw new HistoryFormatError(`unknown kind of record ${tag}`);
		}
	}

	#connecting(): HistoryRecord {
		const cursor = this.#cursor;
		const client = cursor.varint();
		const connection = cursor.varint();
		const server = cursor.varint();
		const session = sessionOf(cursor.text());
		const lastZxid = cursor.signed();
		const timeoutMs = cursor.varint();
		return { type: "connecting", atUs: this.#atUs, client, connection, server, session, lastZxid, timeoutMs };
	}

	#call(code: number): HistoryRecord {
		const op = nameOf(operationNames, code);
		const connection = this.#cursor.varint();
		const operation = this.#operation(op);
		const call = this.#calls++;
		if ("path" in operation) this.#openPaths.set(call, operation.path);
		return { type: "call", atUs: this.#atUs, call, connection, operation };
	}

	#operation(op: Operation["op"]): Operation {
		const cursor = this.#cursor;
		switch (op) {
			case "multi":
				return { op, operations: this.#list(() => this.#subOperation()) };
			case "setWatches":
				return { op, relativeZxid: cursor.signed(), watches: this.#watches() };
			case "closeSession":
				return { op };
			case "sync":
				return { op, path: this.#text() };
			case "getData":
			case "exists":
			case "getChildren":
				return { op, path: this.#text(), watch: cursor.byte() === 1 };
			case "addWatch":
				return { op, path: this.#text(), recursive: cursor.byte() === 1 };
			case "create":
			case "delete":
			case "setData":
				return this.#write(op);
		}
	}

	#write<Op extends "create" | "delete" | "setData" | "check">(op: Op): SubOperation & { readonly op: Op };
	#write(op: SubOperation["op"]): SubOperation {
		const cursor = this.#cursor;
		const path = this.#text();
		switch (op) {
			case "create":
				return { op, path, data: this.#data(), mode: nameOf(createModes, cursor.byte()) };
			case "setData":
				return { op, path, data: this.#data(), version: cursor.signed() };
			case "delete":
			case "check":
				return { op, path, version: cursor.signed() };
		}
	}

	#subOperation(): SubOperation {
		return this.#write(nameOf(subOperationNames, this.#cursor.byte()));
	}

	#watches(): WatchLists {
		const [data, exist, child, persistent, recursive] = [0, 1, 2, 3, 4].map(() => this.#list(() => this.#text()));
		return {
			data: data ?? [],
			exist: exist ?? [],
			child: child ?? [],
			persistent: persistent ?? [],
			recursive: recursive ?? [],
		};
	}

	#reply(code: number, failed: boolean): HistoryRecord {
		const op = nameOf(resultNames, code);
		const call = this.#calls - 1 - this.#cursor.varint();
		this.#zxid += this.#cursor.signed();
		const err = failed ? this.#cursor.signed() : 0;
		const result = this.#result(op, this.#openPaths.get(call) ?? "");
		this.#openPaths.delete(call);
		return { type: "reply", atUs: this.#atUs, call, zxid: this.#zxid, err, result };
	}

	#result(op: Result["op"], path: string): Result {
		switch (op) {
			case "none":
				return { op };
			case "create": {
				const created = this.#text();
				return { op, path: created, stat: this.#stats.read(this.#cursor, created) };
			}
			case "getData":
				return { op, data: this.#data(), stat: this.#stats.read(this.#cursor, path) };
			case "getChildren":
				return { op, names: this.#list(() => this.#text()), stat: this.#stats.read(this.#cursor, path) };
			case "setData":
			case "exists":
				return { op, stat: this.#stats.read(this.#cursor, path) };
			case "multi":
				return { op, results: this.#list(() => this.#subResult()) };
		}
	}

	#subResult(): SubResult {
		const cursor = this.#cursor;
		const op = nameOf(subResultNames, cursor.byte());
		switch (op) {
			case "error":
				return { op, err: cursor.signed() };
			case "create": {
				const path = this.#text();
				return { op, path, stat: cursor.byte() === 1 ? this.#stats.read(cursor, path) : undefined };
			}
			case "setData":
				return { op, stat: this.#stats.read(cursor, "") };
			case "delete":
			case "check":
				return { op };
		}
	}

	#list<Item>(read: () => Item): Item[] {
		const count = this.#cursor.varint();
		const items: Item[] = [];
		while (items.length < count) items.push(read());
		return items;
	}

	#text(): string {
		return this.#data() ?? refuse("null stands where a text is needed");
	}

	#data(): string | null {
		const text = this.#texts.maybeRead(this.#cursor);
		return text === undefined ? refuse("a text is named that was never written") : text;
	}
}

const subOperationNames = ["create", "delete", "setData", "check"] as const;
const subResultNames = ["error", "create", "setData", "delete", "check"] as const;

function nameOf<Name>(names: readonly Name[], code: number): Name {
	return names[code] ?? refuse(`unknown code ${code}`);
}

function refuse(reason: string): never {
	throw new HistoryFormatError(`damaged: ${reason}`);
}
