import { limits } from "../lib/limits.js";
import { intAt, longAt, Reader } from "../lib/reader.js";
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

/**
 * The length of a packet that is all there; below 0: how many bytes of it must be there before more can be said; or what is
 * wrong with it.
 */
type Extent = number | string;

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
		if (typeof extent === "string") return { type: "invalid", reason: extent };
		if (extent < 0) {
			this.#neededBytes = -extent;
			return this.#sizeBytes < -extent ? partial : this.next();
		}
		const packet = read(bytes, this.#at);
		this.#sizeBytes -= extent;
		this.#skip(extent);
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

function extentOf(bytes: Uint8Array, start: number, dataBytesMax: number): Extent {
	const left = bytes.length - start;
	if (left < headBytes) return -headBytes;
	const dataLength = intAt(bytes, start + dataAt);
	if (dataLength < -1 || dataLength > dataBytesMax) return `data of ${dataLength} bytes`;
	const textsAt = headBytes + Math.max(dataLength, 0) + 4;
	if (left < textsAt) return -textsAt;
	const count = intAt(bytes, start + textsAt - 4);
	if (count < -1 || count > limits.quorumIdsMax) return `${count} identities`;
	return count > 0 ? textsExtent(bytes, start, textsAt, 2 * count) : textsAt;
}

function textsExtent(bytes: Uint8Array, start: number, textsAt: number, count: number): Extent {
	const left = bytes.length - start;
	let end = textsAt;
	for (let i = 0; i < count; i++) {
		if (left < end + 4) return -(end + 4);
		const length = intAt(bytes, start + end);
		end += 4 + Math.max(length, 0);
		if (length < -1 || end - textsAt > limits.quorumIdBytesMax) return `an identity of ${length} bytes`;
	}
	return left < end ? -end : end;
}

/** By hand, as far as all packets go: there are four of them to each write, and half of them are no more than a zxid. */
function read(bytes: Uint8Array, start: number): QuorumPacket {
	const type = intAt(bytes, start);
	const at = zxid(longAt(bytes, start + 4));
	const dataLength = intAt(bytes, start + dataAt);
	const authinfoAt = start + headBytes + Math.max(dataLength, 0);
	const data = dataLength === -1 ? null : bytes.subarray(start + headBytes, authinfoAt);
	return { type, zxid: at, data, authinfo: readAuthinfo(bytes, authinfoAt) };
}

function readAuthinfo(bytes: Uint8Array, at: number): readonly Id[] | null {
	if (intAt(bytes, at) === -1) return null;
	const reader = new Reader(bytes, at);
	return reader.vector(() => ({ scheme: reader.ustring() ?? "", id: reader.ustring() ?? "" }));
}
