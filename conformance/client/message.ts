import { DecodeError } from "./byte-reader.js";
import type { Codec, Decoded } from "./codec.js";
import type { Fields, Value } from "./value.js";

/** One message as either side meant it; `rest` is what follows the known fields. */
export type Message =
	| { readonly kind: "connectRequest"; readonly body: Fields; readonly rest: Uint8Array }
	| { readonly kind: "connectReply"; readonly body: Fields; readonly rest: Uint8Array }
	| {
			readonly kind: "request";
			readonly xid: number;
			readonly code: number;
			/** Absent for a code that the protocol does not have. */
			readonly operation?: string;
			readonly body: Fields;
			readonly rest: Uint8Array;
	  }
	| {
			readonly kind: "reply";
			readonly xid: number;
			readonly zxid: bigint;
			readonly err: number;
			/** Absent when no request with this xid waits for a reply. */
			readonly operation?: string;
			readonly body: Fields;
			readonly rest: Uint8Array;
	  }
	| { readonly kind: "event"; readonly zxid: bigint; readonly body: Fields; readonly rest: Uint8Array }
	| { readonly kind: "unreadable"; readonly why: string; readonly bytes: Uint8Array };

/** Reads all messages of one connection in order; knows which request a reply answers. */
export class MessageReader {
	readonly #codec: Codec;
	readonly #waiting = new Map<number, string[]>();
	#sentAny = false;
	#receivedAny = false;

	constructor(codec: Codec) {
		this.#codec = codec;
	}

	sent(bytes: Uint8Array): Message {
		const first = !this.#sentAny;
		this.#sentAny = true;
		return readable(bytes, () => (first ? this.#connectRequest(bytes) : this.#request(bytes)));
	}

	received(bytes: Uint8Array): Message {
		const first = !this.#receivedAny;
		this.#receivedAny = true;
		return readable(bytes, () => (first ? this.#connectReply(bytes) : this.#reply(bytes)));
	}

	#connectRequest(bytes: Uint8Array): Message {
		const { value: body, rest } = this.#codec.decodeRecord(this.#codec.wire.handshake.request, bytes);
		return { kind: "connectRequest", body, rest };
	}

	#connectReply(bytes: Uint8Array): Message {
		const { value: body, rest } = this.#codec.decodeRecord(this.#codec.wire.handshake.reply, bytes);
		return { kind: "connectReply", body, rest };
	}

	#request(bytes: Uint8Array): Message {
		const header = this.#codec.decodeRecord(this.#codec.wire.headers.request, bytes);
		const { xid, type: code } = header.value as { xid: number; type: number };
		const operation = this.#codec.maybeOperationByCode(code)?.name;
		if (operation === undefined) return { kind: "request", xid, code, body: {}, rest: header.rest };
		const waiting = this.#waiting.get(xid);
		if (waiting === undefined) this.#waiting.set(xid, [operation]);
		else waiting.push(operation);
		const { value: body, rest } = this.#codec.decodeRequest(operation, header.rest);
		return { kind: "request", xid, code, operation, body, rest };
	}

	#reply(bytes: Uint8Array): Message {
		const header = this.#codec.decodeRecord(this.#codec.wire.headers.reply, bytes);
		const { xid, zxid, err } = header.value as { xid: number; zxid: bigint; err: number };
		if (err === 0 && xid === this.#codec.wire.xids.get("watchEvent")) {
			const { value: body, rest } = this.#codec.decodeRecord(this.#codec.wire.headers.event, header.rest);
			return { kind: "event", zxid, body, rest };
		}
		const operation = this.#waiting.get(xid)?.shift() ?? this.#codec.maybeOperationByXid(xid)?.name;
		if (operation === undefined) return { kind: "reply", xid, zxid, err, body: {}, rest: header.rest };
		const { value: body, rest }: Decoded =
			err === 0 ? this.#codec.decodeReply(operation, header.rest) : { value: {}, rest: header.rest };
		return { kind: "reply", xid, zxid, err, operation, body, rest };
	}
}

function readable(bytes: Uint8Array, read: () => Message): Message {
	try {
		return read();
	} catch (error) {
		if (error instanceof DecodeError) return { kind: "unreadable", why: error.message, bytes };
		throw error;
	}
}

/** One line, such as `#3 create path=/a data=0x68 flags=0` or `#3 create NODEEXISTS zxid=0x7`. */
export function describeMessage(codec: Codec, message: Message): string {
	switch (message.kind) {
		case "connectRequest":
		case "connectReply":
			return line(["connect", describeFields(message.body), describeRest(message.rest)]);
		case "request":
			return line([
				`#${message.xid} ${message.operation ?? `unknown operation ${message.code}`}`,
				describeFields(message.body),
				describeRest(message.rest),
			]);
		case "reply":
			return line([
				`#${message.xid} ${message.operation ?? "no request"} ${codec.errorName(message.err)} zxid=${hex(message.zxid)}`,
				describeFields(message.body),
				describeRest(message.rest),
			]);
		case "event":
			return line([describeEvent(codec, message.body), `zxid=${hex(message.zxid)}`, describeRest(message.rest)]);
		case "unreadable":
			return `unreadable: ${message.why}`;
	}
}

function line(parts: readonly string[]): string {
	return parts.filter((part) => part !== "").join(" ");
}

function describeEvent(codec: Codec, { type, state, path }: Fields): string {
	const name = (enumName: string, value: Value | undefined) =>
		codec.maybeEnumName(enumName, Number(value)) ?? String(value);
	return `event ${name("eventType", type)} ${String(path)} ${name("keeperState", state)}`;
}

function describeRest(rest: Uint8Array): string {
	return rest.length === 0 ? "" : `and ${rest.length} more bytes ${describeBytes(rest)}`;
}

function describeFields(fields: Fields): string {
	return Object.entries(fields)
		.map(([name, value]) => `${name}=${describeOne(name, value)}`)
		.join(" ");
}

function describeOne(name: string, value: Value): string {
	if (typeof value === "bigint") return /zxid|sessionId|Owner/i.test(name) ? hex(value) : String(value);
	if (value instanceof Uint8Array) return describeBytes(value);
	if (Array.isArray(value)) {
		const items = value as readonly Value[];
		const shown = items.slice(0, 20).map((item) => describeOne("", item));
		return `[${shown.join(", ")}${items.length > 20 ? `, … ${items.length} in all` : ""}]`;
	}
	if (typeof value === "object" && value !== null) return `{${describeFields(value as Fields)}}`;
	return String(value);
}

const hex = (value: bigint) => (value === -1n ? "-1" : `0x${BigInt.asUintN(64, value).toString(16)}`);

/** Short text stays text, everything else is hexadecimal; both are cut after 32 bytes. */
function describeBytes(bytes: Uint8Array): string {
	const head = Buffer.from(bytes.subarray(0, 32));
	const more = bytes.length > 32 ? `… ${bytes.length} bytes` : "";
	const isText = bytes.length > 0 && head.every((byte) => byte >= 0x20 && byte < 0x7f);
	return isText ? `"${head.toString()}"${more}` : `0x${head.toString("hex")}${more}`;
}
