import { unreachable } from "../lib/assert.js";
import { type SessionId, sessionNone, zxidZero } from "../model/ids.js";
import type { StatPersisted } from "../model/records.js";
import type { CreateTxn, TxnHeader } from "../model/txns.js";
import { containerOwner, ttlOwner } from "./owner.js";

/** The Stat that a new node starts with. */
export function createdStat({ zxid, timeMs }: Pick<TxnHeader, "zxid" | "timeMs">, owner: bigint): StatPersisted {
	return {
		czxid: zxid,
		mzxid: zxid,
		ctimeMs: timeMs,
		mtimeMs: timeMs,
		version: 0,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: owner,
		pzxid: zxid,
	};
}

/** Field by field: a spread of nine takes several times as long. */
export function copyOf(stat: Readonly<StatPersisted>): StatPersisted {
	const { czxid, mzxid, ctimeMs, mtimeMs, version, cversion, aversion, ephemeralOwner, pzxid } = stat;
	return { czxid, mzxid, ctimeMs, mtimeMs, version, cversion, aversion, ephemeralOwner, pzxid };
}

/** Of the nodes that are there before any transaction. */
export function zeroStat(): StatPersisted {
	return createdStat({ zxid: zxidZero, timeMs: 0 }, sessionNone);
}

/** The ephemeralOwner that a create gives its node. */
export function ownerOf(header: { readonly session: SessionId }, txn: CreateTxn): bigint {
	switch (txn.type) {
		case 1:
		case 15:
			return txn.ephemeral ? header.session : sessionNone;
		case 19:
			return containerOwner;
		case 21:
			return ttlOwner(txn.ttlMs);
		default:
			return unreachable(txn);
	}
}
