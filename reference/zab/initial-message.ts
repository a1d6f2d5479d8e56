import { limits } from "../lib/limits.js";
import { Reader } from "../lib/reader.js";
import { decodeUtf8, encodeUtf8 } from "../lib/utf8.js";
import { Writer } from "../lib/writer.js";
import { type ServerId, serverId } from "../model/ids.js";

const version1 = -65536;
const version2 = -65535;

/** The first bytes of an election link: who has opened it. */
export type InitialMessage =
	/** `rest`: what came behind it. */
	| { readonly type: "from"; readonly id: ServerId; readonly addresses: readonly string[]; readonly rest: Uint8Array }
	/** More bytes are needed. */
	| { readonly type: "partial" }
	| { readonly type: "invalid"; readonly reason: string };

/** `address`: host:port of the own election port. */
export function encodeInitialMessage(id: ServerId, address: string): Uint8Array {
	return new Writer().long(version1).long(id).buffer(encodeUtf8(address)).bytes();
}

const partial: InitialMessage = { type: "partial" };

export function readInitialMessage(bytes: Uint8Array): InitialMessage {
	const reader = new Reader(bytes);
	if (reader.remaining < 8) return partial;
	const version = reader.long();
	// Before 3.5 the id itself came first, and nothing else.
	if (version >= 0) return { type: "from", id: serverId(version), addresses: [], rest: bytes.subarray(8) };
	if (version !== version1 && version !== version2) return { type: "invalid", reason: `protocol version ${version}` };
	if (reader.remaining < 12) return partial;
	const id = serverId(reader.long());
	const length = reader.int();
	if (length <= 0 || length > limits.electionAddressBytesMax) {
		return { type: "invalid", reason: `an address of ${length} bytes` };
	}
	if (reader.remaining < length) return partial;
	const addresses = decodeUtf8(reader.raw(length)).split("|");
	return { type: "from", id, addresses, rest: bytes.subarray(20 + length) };
}
