import type { Reader } from "../lib/reader.js";
import type { Writer } from "../lib/writer.js";
import { zxid, zxidZero } from "../model/ids.js";
import { isOpenAcl, openAcl } from "../model/open-acl.js";
import type { Acl, Stat, StatPersisted } from "../model/records.js";

function readAcl(reader: Reader): Acl {
	const perms = reader.int();
	const scheme = reader.ustring() ?? "";
	const id = reader.ustring() ?? "";
	return { perms, id: { scheme, id } };
}

/** An ACL list; null when the client sent a null vector. The open one is always the same object: a million nodes share it. */
export function readAcls(reader: Reader): readonly Acl[] | null {
	const acls = reader.vector(() => readAcl(reader));
	return acls !== null && isOpenAcl(acls) ? openAcl : acls;
}

export function writeAcls(writer: Writer, acls: readonly Acl[]): Writer {
	return writer.vector(acls, (acl) => writer.int(acl.perms).ustring(acl.id.scheme).ustring(acl.id.id));
}

export function readStat(reader: Reader): Stat {
	const start = readStatStart(reader);
	return { ...start, dataLength: reader.int(), numChildren: reader.int(), pzxid: zxid(reader.long()) };
}

/** The Stat of a snapshot, which has neither of the two counts. */
export function readStatPersisted(reader: Reader): StatPersisted {
	const stat = readStatStart(reader);
	stat.pzxid = zxid(reader.long());
	return stat;
}

/** What stands before the counts; pzxid stands behind them. */
function readStatStart(reader: Reader): StatPersisted {
	return {
		czxid: zxid(reader.long()),
		mzxid: zxid(reader.long()),
		ctimeMs: reader.long(),
		mtimeMs: reader.long(),
		version: reader.int(),
		cversion: reader.int(),
		aversion: reader.int(),
		ephemeralOwner: reader.bigLong(),
		pzxid: zxidZero,
	};
}

export function writeStat(writer: Writer, stat: Stat): Writer {
	writer.long(stat.czxid).long(stat.mzxid).long(stat.ctimeMs).long(stat.mtimeMs);
	writer.int(stat.version).int(stat.cversion).int(stat.aversion).bigLong(stat.ephemeralOwner);
	return writer.int(stat.dataLength).int(stat.numChildren).long(stat.pzxid);
}
