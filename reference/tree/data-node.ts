import { crc32, crc32Int, crc32OfText } from "../lib/crc32.js";
import type { Acl, Stat, StatPersisted } from "../model/records.js";
import { kindOf, type NodeKind } from "./owner.js";

/** One node of the tree. Everybody but the tree itself only reads it. */
export interface DataNode {
	data: Uint8Array | null;
	acl: readonly Acl[];
	readonly stat: StatPersisted;
	readonly kind: NodeKind;
	/** Names, in the order of their creation; null while there has been none. */
	children: Set<string> | null;
	/** Checksum of path and data alone, so that a change of the Stat need not read the data again. */
	contentCrc: number;
	/** This node's share of the tree's digest. */
	digest: number;
}

/** What a snapshot stores about a node. */
export interface NodeRecord {
	readonly data: Uint8Array | null;
	readonly acl: readonly Acl[];
	readonly stat: StatPersisted;
	/** Where it is known. */
	readonly contentCrc?: number | undefined;
}

export function makeNode(path: string, { data, acl, stat, contentCrc: known }: NodeRecord): DataNode {
	const contentCrc = known ?? contentCrcOf(path, data);
	const digest = digestOf(path, contentCrc, stat);
	return { data, acl, stat, kind: kindOf(stat.ephemeralOwner), children: null, contentCrc, digest };
}

/** What lies below /zookeeper/ differs from server to server (quota figures), so the digest leaves it out. */
function isDigested(path: string): boolean {
	return !path.startsWith("/zookeeper/");
}

export function contentCrcOf(path: string, data: Uint8Array | null): number {
	if (!isDigested(path)) return 0;
	const crc = crc32OfText(path === "/" ? "" : path);
	return data === null ? crc : crc32(data, crc);
}

/** Digest version 2 of Apache: CRC-32 over path, data and the stored Stat without its last change of ACL content. */
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
		dataLength: node.data === null ? 0 : node.data.length,
		numChildren,
		pzxid,
	};
}
