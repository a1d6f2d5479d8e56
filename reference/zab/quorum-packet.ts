import { limits } from "../lib/limits.js";
import { intAt, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import { type Zxid, zxid } from "../model/ids.js";
import type { Id } from "../model/records.js";

/** What servers say to each other on the quorum port. */
export const packetTypes = {
	REQUEST: 1,
	PROPOSAL: 2,
	ACK: 3,
	COMMIT: 4,
	PING: 5,
	REVALIDATE: 6,
	SYNC: 7,
	INFORM: 8,
	COMMITANDACTIVATE: 9,
	NEWLEADER: 10,
	FOLLOWERINFO: 11,
	UPTODATE: 12,
	DIFF: 13,
	TRUNC: 14,
	SNAP: 15,
	OBSERVERINFO: 16,
	LEADERINFO: 17,
	ACKEPOCH: 18,
	INFORMANDACTIVATE: 19,
} as const;

/** Of packets that are about no transaction. */
export const noZxid = zxid(-1);

const names = new Map<number, string>(Object.entries(packetTypes).map(([name, type]) => [type, name]));

/** For log lines: "SNAP", or "packet 99". */
export const describePacketType = (type: number): string => names.get(type) ?? `packet ${type}`;

/** One record of the stream between learner and leader; it has no length before it. */
export interface QuorumPacket {
	/** One of `packetTypes`, or a number that is none. */
	readonly type: number;
	readonly zxid: Zxid;
	/** A view of the chunk it came in: copy what is kept for long. */
	readonly data: Uint8Array | null;
	/** Only REQUEST carries it. */
	readonly authinfo: readonly Id[] | null;
}

export function writeQuorumPacket(writer: Writer, packet: QuorumPacket): Writer {
	writer.int(packet.type).long(packet.zxid).buffer(packet.data);
	return writeAuthinfo(writer, packet.authinfo);
}

export function writeAuthinfo(writer: Writer, authinfo: readonly Id[] | null): Writer {
	return writer.vector(authinfo, (one) => writer.ustring(one.scheme).ustring(one.id));
}

/** The bytes of one packet; the caller owns them. */
export function encodeQuorumPacket(
	type: number,
	at: Zxid,
	data: Uint8Array | null = null,
	authinfo: readonly Id[] | null = null,
): Uint8Array {
	return writeQuorumPacket(new Writer(24 + (data?.length ?? 0)), { type, zxid: at, data, authinfo }).bytes();
}

/** A packet without data for each zxid, joined. */
export function encodeEach(type: number, zxids: readonly Zxid[]): Uint8Array {
	const writer = new Writer(24 * zxids.length);
	for (const at of zxids) writeBare(writer, type, at);
	return writer.bytes();
}

/** A packet that says no more than its zxid. */
export function writeBare(writer: Writer, type: number, at: Zxid): void {
	writer.int(type).long(at).int(-1).int(-1);
}

export type PacketResult =
	| { readonly type: "packet"; readonly packet: QuorumPacket }
	/** More bytes are needed. */
	| { readonly type: "partial" }
	/** A length is negative or above its limit: nothing after it can be understood. */
	| { readonly type: "invalid"; readonly reason: string };

/** Where a packet ends, or how many bytes must be there before more can be said. */
type Extent =
	| { readonly type: "whole"; readonly end: number }
	| { readonly type: "needs"; readonly bytes: number }
	| { readonly type: "invalid"; readonly reason: string };

const partial: PacketResult = { type: "partial" };
const nothing = new Uint8Array();
const dataAt = 12;
const headBytes = dataAt + 4;

/** Cuts a stream into quorum packets. A packet that lies in one chunk is a view of it; only one that does not is copied. */
export class PacketSplitter {
	readonly #dataBytesMax: number;
	#chunks: Uint8Array[] = [];
	/** Where the first chunk goes on: what is before was taken. */
	#at = 0;
	/** Not taken yet. */
	#sizeBytes = 0;
	/** Fewer bytes than these are no whole packet. */
	#neededBytes = headBytes;

	constructor(dataBytesMax: number = limits.quorumDataBytesMax) {
		this.#dataBytesMax = dataBytesMax;
	}

	push(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#chunks.push(bytes);
		this.#sizeBytes += bytes.length;
	}

	next(): PacketResult {
		if (this.#sizeBytes < this.#neededBytes) return partial;
		const bytes = this.#joined(this.#neededBytes);
		const extent = extentOf(bytes, this.#at, this.#dataBytesMax);
		if (extent.type === "invalid") return extent;
		if (extent.type === "needs") {
			this.#neededBytes = extent.bytes;
			return this.#sizeBytes < extent.bytes ? partial : this.next();
		}
		const packet = read(new Reader(bytes, this.#at));
		this.#sizeBytes -= extent.end - this.#at;
		this.#skip(extent.end - this.#at);
		this.#neededBytes = headBytes;
		return { type: "packet", packet };
	}

	/** Everything behind the packets taken so far, for a stream of another kind; `push` what follows it. */
	takeRest(): Uint8Array {
		const rest = this.#joined(this.#sizeBytes).subarray(this.#at);
		this.#chunks = [];
		this.#sizeBytes = 0;
		this.#at = 0;
		this.#neededBytes = headBytes;
		return rest;
	}

	/** The first chunk, which has at least so many bytes from `#at` on. No more of those behind it is copied than that. */
	#joined(neededBytes: number): Uint8Array {
		const first = this.#chunks[0] ?? nothing;
		if (first.length - this.#at >= neededBytes) return first;
		const bridge = new Uint8Array(neededBytes);
		for (let filled = 0; filled < neededBytes; ) {
			const chunk = this.#chunks[0] as Uint8Array;
			const part = chunk.subarray(this.#at, this.#at + neededBytes - filled);
			bridge.set(part, filled);
			filled += part.length;
			this.#skip(part.length);
		}
		const [next] = this.#chunks;
		if (next !== undefined) this.#chunks[0] = next.subarray(this.#at);
		this.#chunks.unshift(bridge);
		this.#at = 0;
		return bridge;
	}

	/** Goes on in the next chunk behind the first one's end. */
	#skip(bytes: number): void {
		this.#at += bytes;
		if (this.#at < (this.#chunks[0] as Uint8Array).length) return;
		this.#chunks.shift();
		this.#at = 0;
	}
}

/** `end` is an index into the bytes, `needs` counts from the packet's begin. */
function extentOf(bytes: Uint8Array, start: number, dataBytesMax: number): Extent {
	const left = bytes.length - start;
	if (left < headBytes) return { type: "needs", bytes: headBytes };
	const dataLength = intAt(bytes, start + dataAt);
	if (dataLength < -1 || dataLength > dataBytesMax) return { type: "invalid", reason: `data of ${dataLength} bytes` };
	const authinfoAt = headBytes + Math.max(dataLength, 0);
	if (left < authinfoAt + 4) return { type: "needs", bytes: authinfoAt + 4 };
	const count = intAt(bytes, start + authinfoAt);
	if (count < -1 || count > limits.quorumIdsMax) return { type: "invalid", reason: `${count} identities` };
	return textsExtent(bytes, start, start + authinfoAt + 4, 2 * Math.max(count, 0));
}

function textsExtent(bytes: Uint8Array, start: number, textsAt: number, count: number): Extent {
	let end = textsAt;
	for (let i = 0; i < count; i++) {
		if (bytes.length < end + 4) return { type: "needs", bytes: end + 4 - start };
		const length = intAt(bytes, end);
		end += 4 + Math.max(length, 0);
		if (length < -1 || end - textsAt > limits.quorumIdBytesMax) {
			return { type: "invalid", reason: `an identity of ${length} bytes` };
		}
	}
	return bytes.length < end ? { type: "needs", bytes: end - start } : { type: "whole", end };
}

function read(reader: Reader): QuorumPacket {
	const type = reader.int();
	const at = zxid(reader.long());
	const data = reader.buffer();
	const authinfo = reader.vector(() => ({ scheme: reader.ustring() ?? "", id: reader.ustring() ?? "" }));
	return { type, zxid: at, data, authinfo };
}
