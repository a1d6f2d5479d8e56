import { FloatColumn, IntColumn } from "./column.js";
import { createModeCode, createModes, operationCode, operationNames } from "./operation-code.js";
import type { HistoryRecord, Operation, Result } from "./record.js";
import { noStat, type Stats } from "./stats.js";
import { noText, type Texts } from "./texts.js";

/** What became of a call, as in `calls.outcome`: still open when the history ends, answered, or in doubt. */
export const outcomeCode = { open: 0, replied: 1, lost: 2 } as const;

type CallRecord = HistoryRecord & { readonly type: "call" };
type ReplyRecord = HistoryRecord & { readonly type: "reply" };

/**
 * All calls with what became of them, in columns by the number of the call; that is the order in which they were sent, on
 * each connection and over all. What does not fit into columns is in `operationOf` and `resultOf`, which build objects.
 */
export class Calls {
	/** See `operationCode`. */
	readonly op: IntColumn;
	readonly connection: IntColumn;
	/** Text id; `noText` for multi, setWatches and closeSession. */
	readonly path: IntColumn;
	/** Text id of what create and setData write, else `noText`. */
	readonly data: IntColumn;
	/** Of create the mode (`createModes`), of delete and setData the expected version, of reads and addWatch 1 for a watch or a recursive one. */
	readonly argument: IntColumn;
	readonly atUs: FloatColumn;
	/** Ordinal of its record. */
	readonly record: IntColumn;
	/** See `outcomeCode`. */
	readonly outcome: IntColumn;
	/** When it was answered, or given up. -1 before. */
	readonly endAtUs: FloatColumn;
	/** Ordinal of the reply's record, or of the one that gives it up. -1 before. */
	readonly endRecord: IntColumn;
	/** Of the reply; 0 without one. */
	readonly zxid: FloatColumn;
	readonly err: IntColumn;
	/** Index into `stats`, of the reply, or `noStat`. */
	readonly stat: IntColumn;
	/** Text id of the data that getData got, or of the path that create got, else `noText`. */
	readonly got: IntColumn;
	readonly #operations = new Map<number, Operation>();
	readonly #results = new Map<number, Result>();
	readonly #texts: Texts;
	readonly #stats: Stats;

	/** There is room for `capacity` calls at first. */
	constructor(texts: Texts, stats: Stats, capacity: number) {
		this.#texts = texts;
		this.#stats = stats;
		this.op = new IntColumn(capacity);
		this.connection = new IntColumn(capacity);
		this.path = new IntColumn(capacity);
		this.data = new IntColumn(capacity);
		this.argument = new IntColumn(capacity);
		this.atUs = new FloatColumn(capacity);
		this.record = new IntColumn(capacity);
		this.outcome = new IntColumn(capacity);
		this.endAtUs = new FloatColumn(capacity);
		this.endRecord = new IntColumn(capacity);
		this.zxid = new FloatColumn(capacity);
		this.err = new IntColumn(capacity);
		this.stat = new IntColumn(capacity);
		this.got = new IntColumn(capacity);
	}

	get count(): number {
		return this.op.length;
	}

	/** `record.call` has to be `count`. */
	addCall(record: CallRecord, ordinal: number): void {
		const { operation } = record;
		this.#addOperation(operation);
		this.connection.push(record.connection);
		this.atUs.push(record.atUs);
		this.record.push(ordinal);
		this.outcome.push(outcomeCode.open);
		this.endAtUs.push(-1);
		this.endRecord.push(-1);
		this.zxid.push(0);
		this.err.push(0);
		this.stat.push(noStat);
		this.got.push(noText);
	}

	addReply(record: ReplyRecord, ordinal: number): void {
		const { call, result } = record;
		this.#end(call, record.atUs, ordinal, outcomeCode.replied);
		this.zxid.set(call, record.zxid);
		this.err.set(call, record.err);
		if (result.op === "none") return;
		if (result.op === "multi") {
			this.#results.set(call, result);
			return;
		}
		this.stat.set(call, this.#stats.add(result.stat));
		if (result.op === "create") this.got.set(call, this.#texts.idOf(result.path));
		if (result.op === "getData") this.got.set(call, this.#texts.idOf(result.data));
		if (result.op === "getChildren") this.#results.set(call, result);
	}

	addLost(call: number, atUs: number, ordinal: number): void {
		this.#end(call, atUs, ordinal, outcomeCode.lost);
	}

	/** What was asked, as the record gives it. */
	operationOf(call: number): Operation {
		const kept = this.#operations.get(call);
		if (kept !== undefined) return kept;
		const op = operationNames[this.op.get(call)];
		const argument = this.argument.get(call);
		const path = this.#texts.textOf(this.path.get(call));
		if (op === "create") {
			const data = this.#texts.dataOf(this.data.get(call));
			return { op, path, data, mode: createModes[argument] ?? "persistent" };
		}
		if (op === "setData") return { op, path, data: this.#texts.dataOf(this.data.get(call)), version: argument };
		if (op === "delete") return { op, path, version: argument };
		if (op === "addWatch") return { op, path, recursive: argument === 1 };
		if (op === "getData" || op === "exists" || op === "getChildren") return { op, path, watch: argument === 1 };
		return { op: "sync", path };
	}

	/** What the reply said, as the record gives it; `{ op: "none" }` without a reply. */
	resultOf(call: number): Result {
		const kept = this.#results.get(call);
		if (kept !== undefined) return kept;
		const id = this.stat.get(call);
		if (id === noStat) return { op: "none" };
		const stat = this.#stats.statOf(id);
		const op = this.op.get(call);
		if (op === operationCode.create) return { op: "create", path: this.#texts.textOf(this.got.get(call)), stat };
		if (op === operationCode.getData) return { op: "getData", data: this.#texts.dataOf(this.got.get(call)), stat };
		return { op: op === operationCode.setData ? "setData" : "exists", stat };
	}

	#end(call: number, atUs: number, ordinal: number, outcome: number): void {
		this.outcome.set(call, outcome);
		this.endAtUs.set(call, atUs);
		this.endRecord.set(call, ordinal);
	}

	#addOperation(operation: Operation): void {
		const { op } = operation;
		const scalar = op !== "multi" && op !== "setWatches" && op !== "closeSession";
		if (!scalar) this.#operations.set(this.count, operation);
		this.op.push(operationCode[op]);
		this.path.push(scalar ? this.#texts.idOfPath(operation.path) : noText);
		this.data.push(op === "create" || op === "setData" ? this.#texts.idOf(operation.data) : noText);
		this.argument.push(argumentOf(operation));
	}
}

function argumentOf(operation: Operation): number {
	switch (operation.op) {
		case "create":
			return createModeCode[operation.mode];
		case "delete":
		case "setData":
			return operation.version;
		case "getData":
		case "exists":
		case "getChildren":
			return operation.watch ? 1 : 0;
		case "addWatch":
			return operation.recursive ? 1 : 0;
		case "sync":
		case "multi":
		case "setWatches":
		case "closeSession":
			return 0;
	}
}
