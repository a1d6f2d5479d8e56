import { DecodeError, Reader } from "../lib/reader.js";
import { decodeUtf8 } from "../lib/utf8.js";
import { sessionId, type Zxid, zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { Acl, SessionRecord } from "../model/records.js";
import { readStatPersisted } from "../wire/records.js";
import { adler32 } from "./adler32.js";
import type { ByteSource } from "./byte-source.js";
import { DamagedFileError } from "./damaged-file.js";
import { ReadAhead } from "./read-ahead.js";
import {
	digestVersion,
	endOfNodes,
	nodeFixedBytes,
	openAclIndex,
	snapshotMagic,
	snapshotVersion,
} from "./snapshot-format.js";
import type { SnapshotNode } from "./snapshot-writer.js";

/** Length and text of the last seal: a snapshot without it was never finished. */
const lastBytes = [0, 0, 0, 1, 0x2f];
const sizeBytesMin = 10;

/** What a snapshot says beside its nodes. */
export interface SnapshotFacts {
	readonly sessions: readonly SessionRecord[];
	/** The tree's digest once the transaction `zxid` is applied; undefined before 3.6 or with digests off. */
	readonly digest: { readonly zxid: Zxid; readonly digest: bigint } | undefined;
	/** Written since 3.9: the last transaction applied when the snapshot began. */
	readonly zxid: Zxid | undefined;
}

/** The quick test by which restore and retention tell a finished snapshot from one that a crash cut short. */
export function isFinishedSnapshot(source: ByteSource): boolean {
	if (source.sizeBytes < sizeBytesMin) return false;
	const end = source.read(source.sizeBytes - lastBytes.length, lastBytes.length);
	return lastBytes.every((byte, index) => end[index] === byte);
}

/**
 * Hands every node to `onNode`, parents first, its data as a view of the file's window, and returns the rest.
 * @throws DamagedFileError when a checksum or anything else is wrong; some nodes may have been handed over by then
 */
export function readSnapshot(source: ByteSource, onNode: (node: SnapshotNode) => void): SnapshotFacts {
	const input = new SealedInput(source);
	try {
		readHeader(input);
		const sessions = readSessions(input);
		readNodes(input, readAcls(input), onNode);
		input.checkSeal();
		return { sessions, digest: readDigest(input), zxid: readZxid(input) };
	} catch (error) {
		if (error instanceof DecodeError) throw new DamagedFileError(source.name, input.offset, error.message);
		throw error;
	}
}

function readHeader(input: SealedInput): void {
	const header = new Reader(input.take(16));
	if (header.int() >>> 0 !== snapshotMagic) throw new DecodeError("not a snapshot: it does not begin with ZKSN");
	const version = header.int();
	if (version !== snapshotVersion) throw new DecodeError(`snapshot version ${version}, not ${snapshotVersion}`);
}

function readSessions(input: SealedInput): SessionRecord[] {
	const sessions: SessionRecord[] = [];
	for (let left = input.int(); left > 0; left--) {
		const row = new Reader(input.take(12));
		sessions.push({ id: sessionId(row.bigLong()), timeoutMs: row.int() });
	}
	return sessions;
}

function readAcls(input: SealedInput): Map<number, readonly Acl[]> {
	const acls = new Map<number, readonly Acl[]>();
	for (let left = input.int(); left > 0; left--) acls.set(input.long(), input.acl());
	return acls;
}

function readNodes(
	input: SealedInput,
	acls: ReadonlyMap<number, readonly Acl[]>,
	onNode: (node: SnapshotNode) => void,
): void {
	for (let path = input.ustring(); path !== endOfNodes; path = input.ustring()) {
		const data = input.buffer();
		const fixed = new Reader(input.take(nodeFixedBytes));
		const index = fixed.long();
		// A fuzzy snapshot can name an ACL newer than its table (ZOOKEEPER-4846): nobody's, until the log sets it again.
		const acl = index === openAclIndex ? openAcl : (acls.get(index) ?? []);
		onNode({ path, data, acl, stat: readStatPersisted(fixed) });
	}
}

function readDigest(input: SealedInput): SnapshotFacts["digest"] {
	if (input.ended) return undefined;
	const reader = new Reader(input.take(20));
	const at = zxid(reader.long());
	const version = reader.int();
	const digest = reader.bigLong();
	input.checkSeal();
	return version === digestVersion ? { zxid: at, digest } : undefined;
}

function readZxid(input: SealedInput): Zxid | undefined {
	if (input.ended) return undefined;
	const last = zxid(input.long());
	input.checkSeal();
	return last;
}

/** Reads jute values and keeps the running checksum of all that was read, which each seal must repeat. */
class SealedInput {
	readonly #ahead: ReadAhead;
	readonly #sizeBytes: number;
	#at = 0;
	#sum = 1;

	constructor(source: ByteSource) {
		this.#ahead = new ReadAhead(source);
		this.#sizeBytes = source.sizeBytes;
	}

	get offset(): number {
		return this.#at;
	}

	get ended(): boolean {
		return this.#at === this.#sizeBytes;
	}

	take(lengthBytes: number): Uint8Array {
		const bytes = lengthBytes < 0 ? undefined : this.#ahead.bytes(this.#at, lengthBytes);
		if (bytes === undefined) throw new DecodeError(`${lengthBytes} bytes wanted, ${this.#sizeBytes - this.#at} left`);
		this.#at += lengthBytes;
		this.#sum = adler32(bytes, this.#sum);
		return bytes;
	}

	int(): number {
		return new Reader(this.take(4)).int();
	}

	long(): number {
		return new Reader(this.take(8)).long();
	}

	buffer(): Uint8Array | null {
		const length = this.int();
		return length === -1 ? null : this.take(length);
	}

	ustring(): string {
		return decodeUtf8(this.take(this.int()));
	}

	acl(): Acl[] {
		const acl: Acl[] = [];
		for (let left = this.int(); left > 0; left--)
			acl.push({ perms: this.int(), id: { scheme: this.ustring(), id: this.ustring() } });
		return acl;
	}

	checkSeal(): void {
		const expected = this.#sum;
		if (this.long() !== expected) throw new DecodeError("the checksum is wrong");
		if (this.ustring() !== endOfNodes) throw new DecodeError("the seal is wrong");
	}
}
