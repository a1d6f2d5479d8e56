import { crc32, crc32Int, crc32OfText } from "../lib/crc32.js";
import type { Acl, Stat, StatPersisted } from "../model/records.js";
import type { DataHeap } from "./data-heap.js";
import { kindOf, type NodeKind } from "./owner.js";

const noBytes = new Uint8Array();

/** One node of the tree. Everybody but the tree itself only reads it. */
export class DataNode {
	acl: readonly Acl[];
	readonly stat: StatPersisted;
	readonly kind: NodeKind;
	/** By name, in the order of their creation; null while there has been none. */
	children: Map<string, DataNode> | null = null;
	/** Checksum of path and data alone, so that a change of the Stat need not read the data again. */
	contentCrc: number;
	/** This node's share of the tree's digest. */
	digest: number;
	readonly #heap: DataHeap;
	#address = 0;
	/** −1: the data are null. */
	#lengthBytes = -1;

	/** The data are copied. */
	constructor(heap: DataHeap, path: string, { data, acl, stat, contentCrc = contentCrcOf(path, data) }: NodeRecord) {
		this.#heap = heap;
		this.acl = acl;
		this.stat = stat;
		this.kind = kindOf(stat.ephemeralOwner);
		this.contentCrc = contentCrc;
		this.digest = digestOf(path, contentCrc, stat);
		this.setData(data);
	}

	/** A view that is good until the next change of the tree. */
	get data(): Uint8Array | null {
		if (this.#lengthBytes < 1) return this.#lengthBytes === 0 ? noBytes : null;
		return this.#heap.view(this.#address, this.#lengthBytes);
	}

	/** Null counts as nothing. */
	get dataBytes(): number {
		return Math.max(0, this.#lengthBytes);
	}

	setData(data: Uint8Array | null): void {
		const before = this.#lengthBytes;
		const after = data === null ? -1 : data.length;
		if (before > 0 && after > 0) this.#address = this.#heap.replace(this.#address, before, data as Uint8Array);
		else if (after > 0) this.#address = this.#heap.keep(data as Uint8Array);
		else if (before > 0) this.#heap.release(this.#address, before);
		this.#lengthBytes = after;
	}
}

/** What a snapshot stores about a node. */
export interface NodeRecord {
	readonly data: Uint8Array | null;
	readonly acl: readonly Acl[];
	readonly stat: StatPersisted;
	/** Where it is known. */
	readonly contentCrc?: number | undefined;
}

/** What lies below /zookeeper/ differs from server to server (quota figures), so the digest leaves it out. */
function isDigested(path: string): boolean {
	return !path.startsWith("/zookeeper/");
}

/** As a signed number, see `crc32Int`. */
export function contentCrcOf(path: string, data: Uint8Array | null): number {
	if (!isDigested(path)) return 0;
	const crc = crc32OfText(path === "/" ? "" : path);
	return (data === null ? crc : crc32(data, crc)) | 0;
}

/**
 * Digest version 2 of Apache: CRC-32 over path, data and the stored Stat without its last change of ACL content; as a signed
 * number.
 */
export function digestOf(path: string, contentCrc: number, stat: StatPersisted): number {
	if (!isDigested(path)) return 0;
	let crc = crc32Long(stat.czxid, contentCrc);
	crc = crc32Long(stat.mzxid, crc);
	crc = crc32Long(stat.pzxid, crc);
	crc = crc32Long(stat.ctimeMs, crc);
	crc = crc32Long(stat.mtimeMs, crc);
	crc = crc32Int(stat.version, crc);
	crc = crc32Int(stat.cversion, crc);
	crc = crc32Int(stat.aversion, crc);
	const owner = stat.ephemeralOwner;
	if (owner === 0n) return crc32Int(0, crc32Int(0, crc));
	return crc32Int(Number(BigInt.asIntN(32, owner)), crc32Int(Number(BigInt.asIntN(32, owner >> 32n)), crc));
}

function crc32Long(value: number, before: number): number {
	return crc32Int(value | 0, crc32Int(Math.floor(value / 0x1_0000_0000), before));
}

/** The Stat that clients see. */
export function statOf(node: DataNode): Stat {
	const { czxid, mzxid, ctimeMs, mtimeMs, version, cversion, aversion, ephemeralOwner, pzxid } = node.stat;
	const numChildren = node.children === null ? 0 : node.children.size;
	return {
		czxid,
		mzxid,
		ctimeMs,
		mtimeMs,
		version,
		// Stored is the number of creates; shown is creates and deletes.
		cversion: (cversion * 2 - numChildren) | 0,
		aversion,
		ephemeralOwner: node.kind === "ephemeral" ? ephemeralOwner : 0n,
		dataLength: node.dataBytes,
		numChildren,
		pzxid,
	};
}
