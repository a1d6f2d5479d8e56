import type { Codec } from "../client/codec.js";
import { unreachable } from "../client/unreachable.js";
import type { Fields, Value } from "../client/value.js";
import type {
	CreateMode,
	Data,
	EventType,
	Operation,
	Result,
	Stat,
	SubOperation,
	SubResult,
} from "../history/record.js";

/** A request as the protocol's description names it. */
interface WireCall {
	readonly name: string;
	readonly fields: Fields;
}

export interface ReplyHead {
	readonly xid: number;
	readonly zxid: number;
	readonly err: number;
	readonly body: Uint8Array;
}

export interface Welcome {
	readonly timeoutMs: number;
	readonly session: bigint;
	readonly password: Uint8Array;
}

export interface Greeting {
	readonly session: bigint;
	readonly password: Uint8Array;
	readonly lastZxid: number;
	readonly timeoutMs: number;
}

/** Operations and results of histories as messages. Decoding throws `DecodeError`. */
export class WireCalls {
	readonly xids: { readonly event: number; readonly ping: number; readonly setWatches: number };
	readonly #codec: Codec;
	readonly #open: Value;
	readonly #events: ReadonlyMap<number, EventType>;
	/** Bodies of reads, which ask for the same few nodes again and again. */
	readonly #bodies = new Map<string, Uint8Array>();

	constructor(codec: Codec) {
		this.#codec = codec;
		this.xids = { event: codec.xid("watchEvent"), ping: codec.xid("ping"), setWatches: codec.xid("setWatches") };
		this.#open = [{ perms: codec.enumValue("perms", "ALL"), id: { scheme: "world", id: "anyone" } }];
		this.#events = new Map(
			Object.entries(eventNames).map(([name, event]) => [codec.enumValue("eventType", name), event]),
		);
	}

	errorName(err: number): string {
		return this.#codec.errorName(err);
	}

	greeting({ session, password, lastZxid, timeoutMs }: Greeting): Uint8Array {
		const fields = { lastZxidSeen: BigInt(lastZxid), timeOut: timeoutMs, sessionId: session, passwd: password };
		return this.#codec.encodeRecord(this.#codec.wire.handshake.request, fields);
	}

	welcome(bytes: Uint8Array): Welcome {
		const { value } = this.#codec.decodeRecord(this.#codec.wire.handshake.reply, bytes);
		const { timeOut, sessionId, passwd } = value as { timeOut: number; sessionId: bigint; passwd: Uint8Array | null };
		return { timeoutMs: timeOut, session: sessionId, password: Uint8Array.from(passwd ?? []) };
	}

	ping(): Uint8Array {
		return this.#message(this.xids.ping, { name: "ping", fields: {} });
	}

	request(xid: number, operation: Operation): Uint8Array {
		const call = this.#callOf(operation);
		return "watch" in operation ? this.#read(xid, call, operation.path, operation.watch) : this.#message(xid, call);
	}

	#read(xid: number, call: WireCall, path: string, watch: boolean): Uint8Array {
		const key = `${call.name} ${watch} ${path}`;
		let body = this.#bodies.get(key);
		if (body === undefined) {
			if (this.#bodies.size >= bodiesMax) this.#bodies.clear();
			body = this.#body(call);
			this.#bodies.set(key, body);
		}
		return Buffer.concat([this.#header(xid, call), body]);
	}

	#message(xid: number, call: WireCall): Uint8Array {
		return Buffer.concat([this.#header(xid, call), this.#body(call)]);
	}

	#header(xid: number, { name }: WireCall): Uint8Array {
		const { code } = this.#codec.operation(name);
		return this.#codec.encodeRecord(this.#codec.wire.headers.request, { xid, type: code });
	}

	#body({ name, fields }: WireCall): Uint8Array {
		return this.#codec.encodeRequest(name, fields, { defaults: true });
	}

	#callOf(operation: Operation): WireCall {
		switch (operation.op) {
			case "create":
			case "delete":
			case "setData":
				return this.#partOf(operation);
			case "getData":
			case "exists":
				return { name: operation.op, fields: { path: operation.path, watch: operation.watch } };
			case "getChildren":
				return { name: "getChildren2", fields: { path: operation.path, watch: operation.watch } };
			case "sync":
				return { name: "sync", fields: { path: operation.path } };
			case "multi":
				return { name: "multi", fields: { ops: operation.operations.map((part) => this.#itemOf(part)) } };
			case "addWatch":
				return {
					name: "addWatch",
					fields: { path: operation.path, mode: addWatchModes[Number(operation.recursive)] ?? "" },
				};
			case "setWatches":
				return setWatchesOf(operation);
			case "closeSession":
				return { name: "closeSession", fields: {} };
			default:
				return unreachable(operation);
		}
	}

	#itemOf(part: SubOperation): Fields {
		const { name, fields } = this.#partOf(part);
		return { [name]: fields };
	}

	#partOf(part: SubOperation): WireCall {
		switch (part.op) {
			case "create":
				return this.#createOf(part.path, part.data, part.mode);
			case "setData":
				return { name: "setData", fields: { path: part.path, data: bytesOf(part.data), version: part.version } };
			case "delete":
			case "check":
				return { name: part.op, fields: { path: part.path, version: part.version } };
			default:
				return unreachable(part);
		}
	}

	#createOf(path: string, data: Data, mode: CreateMode): WireCall {
		const [flags, name] = modes[mode];
		const fields = { path, data: bytesOf(data), acl: this.#open, flags };
		return { name, fields: name === "createTTL" ? { ...fields, ttl: ttlMs } : fields };
	}

	replyHead(bytes: Uint8Array): ReplyHead {
		const { value, rest } = this.#codec.decodeRecord(this.#codec.wire.headers.reply, bytes);
		const { xid, zxid, err } = value as { xid: number; zxid: bigint; err: number };
		return { xid, zxid: Number(zxid), err, body: rest };
	}

	/** Undefined for a type that no server may send. */
	maybeEvent(body: Uint8Array): { readonly event: EventType; readonly path: string } | undefined {
		const { value } = this.#codec.decodeRecord(this.#codec.wire.headers.event, body);
		const event = this.#events.get(Number(value.type));
		return event === undefined ? undefined : { event, path: String(value.path) };
	}

	result(operation: Operation, body: Uint8Array): Result {
		switch (operation.op) {
			case "create": {
				const value = this.#decode(modes[operation.mode][1], body);
				return { op: "create", path: String(value.path), stat: statOf(value.stat) };
			}
			case "setData":
			case "exists":
				return { op: operation.op, stat: statOf(this.#decode(operation.op, body).stat) };
			case "getData": {
				const value = this.#decode("getData", body);
				return { op: "getData", data: textOf(value.data), stat: statOf(value.stat) };
			}
			case "getChildren": {
				const value = this.#decode("getChildren2", body);
				const names = ((value.children ?? []) as readonly string[]).toSorted();
				return { op: "getChildren", names, stat: statOf(value.stat) };
			}
			case "multi": {
				const results = this.#decode("multi", body).results as readonly Fields[];
				return { op: "multi", results: results.map(subResultOf) };
			}
			case "delete":
			case "sync":
			case "addWatch":
			case "setWatches":
			case "closeSession":
				return { op: "none" };
			default:
				return unreachable(operation);
		}
	}

	#decode(name: string, body: Uint8Array): Fields {
		return this.#codec.decodeReply(name, body).value;
	}
}

const bodiesMax = 1000;

const eventNames: Readonly<Record<string, EventType>> = {
	NodeCreated: "created",
	NodeDeleted: "deleted",
	NodeDataChanged: "dataChanged",
	NodeChildrenChanged: "childrenChanged",
};

const addWatchModes = ["PERSISTENT", "PERSISTENT_RECURSIVE"];

/** Longer than any run. */
const ttlMs = 600_000n;

const modes: Readonly<Record<CreateMode, readonly [flags: string, operation: string]>> = {
	persistent: ["PERSISTENT", "create2"],
	persistentSequential: ["PERSISTENT_SEQUENTIAL", "create2"],
	ephemeral: ["EPHEMERAL", "create2"],
	ephemeralSequential: ["EPHEMERAL_SEQUENTIAL", "create2"],
	container: ["CONTAINER", "createContainer"],
	ttl: ["PERSISTENT_WITH_TTL", "createTTL"],
	ttlSequential: ["PERSISTENT_SEQUENTIAL_WITH_TTL", "createTTL"],
};

/** The older request as long as it can say everything, for the sake of older servers. */
function setWatchesOf({ relativeZxid, watches }: Extract<Operation, { op: "setWatches" }>): WireCall {
	const { data, exist, child, persistent, recursive } = watches;
	const fields = { relativeZxid: BigInt(relativeZxid), dataWatches: data, existWatches: exist, childWatches: child };
	if (persistent.length + recursive.length === 0) return { name: "setWatches", fields };
	return {
		name: "setWatches2",
		fields: { ...fields, persistentWatches: persistent, persistentRecursiveWatches: recursive },
	};
}

function bytesOf(data: Data): Uint8Array | null {
	return data === null ? null : Buffer.from(data, "latin1");
}

function textOf(data: Value | undefined): Data {
	return data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.length).toString("latin1") : null;
}

function statOf(value: Value | undefined): Stat {
	const stat = value as unknown as Record<keyof Stat, number & bigint>;
	return {
		czxid: Number(stat.czxid),
		mzxid: Number(stat.mzxid),
		ctime: Number(stat.ctime),
		mtime: Number(stat.mtime),
		version: stat.version,
		cversion: stat.cversion,
		aversion: stat.aversion,
		ephemeralOwner: stat.ephemeralOwner,
		dataLength: stat.dataLength,
		numChildren: stat.numChildren,
		pzxid: Number(stat.pzxid),
	};
}

function subResultOf(fields: Fields): SubResult {
	switch (fields.type) {
		case "error":
			return { op: "error", err: Number(fields.err) };
		case "create":
			return { op: "create", path: String(fields.path), stat: undefined };
		case "create2":
			return { op: "create", path: String(fields.path), stat: statOf(fields.stat) };
		case "setData":
			return { op: "setData", stat: statOf(fields.stat) };
		default:
			return { op: fields.type === "delete" ? "delete" : "check" };
	}
}
