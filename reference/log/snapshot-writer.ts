import { limits } from "../lib/limits.js";
import { Writer } from "../lib/writer.js";
import type { Zxid } from "../model/ids.js";
import { isOpenAcl } from "../model/open-acl.js";
import type { Acl, SessionRecord, StatPersisted } from "../model/records.js";
import { adler32 } from "./adler32.js";
import { digestVersion, endOfNodes, openAclIndex, snapshotMagic, snapshotVersion } from "./snapshot-format.js";
import { writeAcl } from "./txn-record.js";

/** A node as snapshots hold it; the root's path is "". */
export interface SnapshotNode {
	readonly path: string;
	readonly data: Uint8Array | null;
	readonly acl: readonly Acl[];
	readonly stat: Readonly<StatPersisted>;
}

/** What a snapshot is taken of; the nodes may change while it is written. */
export interface SnapshotSubject {
	/** The last transaction applied when the snapshot begins: it goes into the name, and replay begins after it. */
	readonly zxid: Zxid;
	readonly sessions: readonly SessionRecord[];
	/** Every node, parents before children; a node deleted meanwhile may be left out. Walked twice. */
	nodes(): Iterable<SnapshotNode>;
	/** The digest of the tree as it is now, and the last transaction in it. */
	digest(): { readonly zxid: Zxid; readonly digest: bigint };
}

/**
 * The bytes of a snapshot, slice by slice, for as long as it takes; transactions may be applied between two slices.
 * Slices may be empty (work without output). The result is fuzzy: it can hold later transactions than its zxid says, and
 * replaying the log from there repairs it.
 */
export function* writeSnapshot(subject: SnapshotSubject): Generator<Uint8Array, void> {
	const acls = new AclTable();
	yield* collectAcls(subject, acls);
	const writer = new SealingWriter();
	writer.out.int(snapshotMagic).int(snapshotVersion).long(-1);
	writeTables(writer.out, subject.sessions, acls);
	yield* writeNodes(writer, subject, acls);
	const { zxid, digest } = subject.digest();
	writer.out.long(zxid).int(digestVersion).bigLong(digest);
	writer.seal();
	writer.out.long(subject.zxid);
	writer.seal();
	yield writer.drain();
}

/**
 * The same without file header, seals and digest: what a leader sends behind a SNAP packet. All at once, so that it is
 * exactly the state at the subject's zxid: the learner compares digests from there on, and saves it under that zxid.
 */
export function snapshotStream(subject: SnapshotSubject): Uint8Array[] {
	const acls = new AclTable();
	for (const { acl } of subject.nodes()) acls.add(acl);
	const out = new Writer();
	const slices: Uint8Array[] = [];
	const drain = (): void => {
		slices.push(out.copy());
		out.clear();
	};
	writeTables(out, subject.sessions, acls);
	for (const node of subject.nodes()) {
		writeNode(out, node, acls);
		if (out.length >= limits.snapshotSliceBytes) drain();
	}
	out.ustring(endOfNodes);
	drain();
	return slices;
}

function* collectAcls(subject: SnapshotSubject, acls: AclTable): Generator<Uint8Array, void> {
	let count = 0;
	for (const node of subject.nodes()) {
		acls.add(node.acl);
		if (++count % limits.snapshotSliceNodes === 0) yield new Uint8Array(0);
	}
}

function writeTables(out: Writer, sessions: readonly SessionRecord[], acls: AclTable): void {
	out.vector(sessions, ({ id, timeoutMs }) => out.bigLong(id).int(timeoutMs));
	out.vector(acls.rows, (acl) => {
		out.long(acls.indexOf(acl));
		writeAcl(out, acl);
	});
}

function* writeNodes(writer: SealingWriter, subject: SnapshotSubject, acls: AclTable): Generator<Uint8Array, void> {
	for (const node of subject.nodes()) {
		// Made after the snapshot began: the log makes it, and its ACL may have no row in the table.
		if (node.stat.czxid > subject.zxid) continue;
		writeNode(writer.out, node, acls);
		if (writer.out.length >= limits.snapshotSliceBytes) yield writer.drain();
	}
	writer.out.ustring(endOfNodes);
	writer.seal();
}

function writeNode(out: Writer, node: SnapshotNode, acls: AclTable): void {
	const { stat } = node;
	out.ustring(node.path).buffer(node.data);
	out.long(acls.indexOf(node.acl));
	out.long(stat.czxid).long(stat.mzxid).long(stat.ctimeMs).long(stat.mtimeMs);
	out.int(stat.version).int(stat.cversion).int(stat.aversion).bigLong(stat.ephemeralOwner).long(stat.pzxid);
}

/** Keeps the running checksum of all that went through, which each seal records. */
class SealingWriter {
	readonly out = new Writer();
	#sum = 1;
	#summedBytes = 0;

	seal(): void {
		this.#sumUp();
		this.out.long(this.#sum).ustring("/");
	}

	/** What was written since the last call. */
	drain(): Uint8Array {
		this.#sumUp();
		const bytes = this.out.copy();
		this.out.clear();
		this.#summedBytes = 0;
		return bytes;
	}

	#sumUp(): void {
		this.#sum = adler32(this.out.bytes().subarray(this.#summedBytes), this.#sum);
		this.#summedBytes = this.out.length;
	}
}

/** The distinct ACLs of the nodes, numbered from 1. */
class AclTable {
	readonly rows: (readonly Acl[])[] = [];
	readonly #indexes = new Map<string, number>();

	add(acl: readonly Acl[]): void {
		if (isOpenAcl(acl)) return;
		const key = keyOf(acl);
		if (this.#indexes.has(key)) return;
		this.rows.push(acl);
		this.#indexes.set(key, this.rows.length);
	}

	/** An ACL set after the table was made has no row; the log sets it again, so any row will do until then. */
	indexOf(acl: readonly Acl[]): number {
		if (isOpenAcl(acl)) return openAclIndex;
		return this.#indexes.get(keyOf(acl)) ?? openAclIndex;
	}
}

function keyOf(acl: readonly Acl[]): string {
	return JSON.stringify(acl.map(({ perms, id }) => [perms, id.scheme, id.id]));
}
