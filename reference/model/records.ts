import type { SessionId, Zxid } from "./ids.js";

export interface Id {
	readonly scheme: string;
	readonly id: string;
}

/** One entry of an access control list; `perms` is a bit set of READ 1, WRITE 2, CREATE 4, DELETE 8, ADMIN 16. */
export interface Acl {
	readonly perms: number;
	readonly id: Id;
}

/** The Stat that clients see (68 bytes on the wire); times in wall clock ms. */
export interface Stat {
	readonly czxid: Zxid;
	readonly mzxid: Zxid;
	readonly ctimeMs: number;
	readonly mtimeMs: number;
	readonly version: number;
	/** 2 × children ever created − numChildren, see `StatPersisted.cversion`. */
	readonly cversion: number;
	readonly aversion: number;
	readonly ephemeralOwner: bigint;
	readonly dataLength: number;
	readonly numChildren: number;
	readonly pzxid: Zxid;
}

/** The Stat that a node keeps and snapshots store. */
export interface StatPersisted {
	czxid: Zxid;
	mzxid: Zxid;
	ctimeMs: number;
	mtimeMs: number;
	version: number;
	/** Raw: the number of children ever created (root and built-ins start below 0). */
	cversion: number;
	aversion: number;
	/** Session id, or the container (top bit only) and TTL (top byte 0xFF) encodings. */
	ephemeralOwner: bigint;
	pzxid: Zxid;
}

/** A session as snapshots and the session table keep it. */
export interface SessionRecord {
	readonly id: SessionId;
	readonly timeoutMs: number;
}
