import { ByteSink } from "./byte-sink.js";
import { createModeCode, eventTypeCode, operationCode, resultCode } from "./operation-code.js";
import type { HistoryRecord, Operation, Result, SubOperation, SubResult, WatchLists } from "./record.js";
import { phaseNames, recordTag } from "./record-tag.js";
import { StatMemory } from "./stat-memory.js";
import { TextWriter } from "./text-memory.js";

type RecordOf<Type extends HistoryRecord["type"]> = HistoryRecord & { readonly type: Type };

/** Makes the bytes of records; what is in `sink` may be taken after each. */
export class RecordEncoder {
	readonly sink = new ByteSink();
	readonly #texts = new TextWriter();
	readonly #stats = new StatMemory();
	/** Of calls that have no end yet: a reply's Stat is remembered by the path that was asked for. */
	readonly #openPaths = new Map<number, string>();
	#atUs = 0;
	#zxid = 0;
	#call = 0;

	encode(record: HistoryRecord): void {
		if (this.#texts.full) this.#forget();
		const start = this.sink.beginFrame();
		this.#record(record);
		this.sink.endFrame(start);
	}

	#forget(): void {
		const start = this.sink.beginFrame();
		this.sink.byte(recordTag.forget);
		this.sink.endFrame(start);
		this.#texts.forget();
		this.#stats.forget();
	}

	#record(record: HistoryRecord): void {
		switch (record.type) {
			case "connecting":
				this.#connecting(record);
				break;
			case "connected":
				this.#begin(recordTag.connected, record.atUs);
				this.sink.varint(record.connection);
				this.sink.text(record.session.toString(16));
				this.sink.varint(record.timeoutMs);
				break;
			case "expired":
			case "disconnected":
				this.#begin(recordTag[record.type], record.atUs);
				this.sink.varint(record.connection);
				break;
			case "call":
				this.#callRecord(record);
				break;
			case "reply":
				this.#reply(record);
				break;
			case "lost":
				this.#begin(recordTag.lost, record.atUs);
				this.#openPaths.delete(record.call);
				this.sink.varint(this.#call - record.call);
				break;
			case "event":
				this.#begin(recordTag.event, record.atUs);
				this.sink.varint(record.connection);
				this.sink.signed(record.zxid);
				this.sink.byte(eventTypeCode[record.event]);
				this.#texts.write(this.sink, record.path);
				break;
			case "fault":
				this.#begin(recordTag.fault, record.atUs);
				this.#list(record.servers, (server) => this.sink.varint(server));
				this.sink.text(record.text);
				break;
			case "phase":
				this.#begin(recordTag.phase, record.atUs);
				this.sink.byte(phaseNames.indexOf(record.phase));
				break;
		}
	}

	#begin(tag: number, atUs: number): void {
		const rounded = Math.round(atUs);
		this.sink.byte(tag);
		this.sink.signed(rounded - this.#atUs);
		this.#atUs = rounded;
	}

	#connecting(record: RecordOf<"connecting">): void {
		this.#begin(recordTag.connecting, record.atUs);
		this.sink.varint(record.client);
		this.sink.varint(record.connection);
		this.sink.varint(record.server);
		this.sink.text(record.session.toString(16));
		this.sink.signed(record.lastZxid);
		this.sink.varint(record.timeoutMs);
	}

	#callRecord(record: RecordOf<"call">): void {
		const { operation } = record;
		this.#begin(recordTag.call + operationCode[operation.op], record.atUs);
		this.sink.varint(record.connection);
		this.#call = record.call;
		switch (operation.op) {
			case "closeSession":
				break;
			case "multi":
				this.#list(operation.operations, (part) => this.#subOperation(part));
				break;
			case "setWatches":
				this.#watches(operation.relativeZxid, operation.watches);
				break;
			default:
				this.#openPaths.set(record.call, operation.path);
				this.#operation(operation);
		}
	}

	#operation(operation: Exclude<Operation, { op: "multi" | "setWatches" | "closeSession" }> | SubOperation): void {
		this.#texts.write(this.sink, operation.path);
		switch (operation.op) {
			case "create":
				this.#texts.write(this.sink, operation.data);
				this.sink.byte(createModeCode[operation.mode]);
				break;
			case "setData":
				this.#texts.write(this.sink, operation.data);
				this.sink.signed(operation.version);
				break;
			case "delete":
			case "check":
				this.sink.signed(operation.version);
				break;
			case "getData":
			case "exists":
			case "getChildren":
				this.sink.byte(operation.watch ? 1 : 0);
				break;
			case "addWatch":
				this.sink.byte(operation.recursive ? 1 : 0);
				break;
			case "sync":
				break;
		}
	}

	#subOperation(part: SubOperation): void {
		this.sink.byte(subOperationCode[part.op]);
		this.#operation(part);
	}

	#watches(relativeZxid: number, watches: WatchLists): void {
		this.sink.signed(relativeZxid);
		for (const paths of [watches.data, watches.exist, watches.child, watches.persistent, watches.recursive]) {
			this.#list(paths, (path) => this.#texts.write(this.sink, path));
		}
	}

	#reply(record: RecordOf<"reply">): void {
		const { err, result, call, zxid } = record;
		this.#begin((err === 0 ? recordTag.reply : recordTag.failedReply) + resultCode[result.op], record.atUs);
		this.sink.varint(this.#call - call);
		this.sink.signed(zxid - this.#zxid);
		this.#zxid = zxid;
		if (err !== 0) this.sink.signed(err);
		this.#result(result, this.#openPaths.get(call) ?? "");
		this.#openPaths.delete(call);
	}

	#result(result: Result, path: string): void {
		switch (result.op) {
			case "none":
				break;
			case "create":
				this.#texts.write(this.sink, result.path);
				this.#stats.write(this.sink, result.path, result.stat);
				break;
			case "getData":
				this.#texts.write(this.sink, result.data);
				this.#stats.write(this.sink, path, result.stat);
				break;
			case "getChildren":
				this.#list(result.names, (name) => this.#texts.write(this.sink, name));
				this.#stats.write(this.sink, path, result.stat);
				break;
			case "setData":
			case "exists":
				this.#stats.write(this.sink, path, result.stat);
				break;
			case "multi":
				this.#list(result.results, (part) => this.#subResult(part));
				break;
		}
	}

	/** Stats within a multi are remembered together: their paths stand in the call, which may be long gone. */
	#subResult(part: SubResult): void {
		this.sink.byte(subResultCode[part.op]);
		switch (part.op) {
			case "error":
				this.sink.signed(part.err);
				break;
			case "create":
				this.#texts.write(this.sink, part.path);
				this.sink.byte(part.stat === undefined ? 0 : 1);
				if (part.stat !== undefined) this.#stats.write(this.sink, part.path, part.stat);
				break;
			case "setData":
				this.#stats.write(this.sink, "", part.stat);
				break;
			case "delete":
			case "check":
				break;
		}
	}

	#list<Item>(items: readonly Item[], write: (item: Item) => void): void {
		this.sink.varint(items.length);
		for (const item of items) write(item);
	}
}

/** Order of sub-operations in the file: only append. */
const subOperationCode = { create: 0, delete: 1, setData: 2, check: 3 } as const;

/** Order of their results in the file: only append. */
const subResultCode = { error: 0, create: 1, setData: 2, delete: 3, check: 4 } as const;
