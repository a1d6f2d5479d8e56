import { assert } from "../lib/assert.js";
import { DecodeError, Reader } from "../lib/reader.js";
import { decodeUtf8 } from "../lib/utf8.js";
import { type SessionId, sessionId } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import type { Acl } from "../model/records.js";
import { DataTree } from "../tree/data-tree.js";
import { readStatPersisted } from "../wire/records.js";
import { addBuiltIns } from "./restore.js";
import { endOfNodes, nodeFixedBytes, openAclIndex } from "./snapshot-format.js";

/** The state that a stream brought. */
interface Arrived {
	readonly tree: DataTree;
	/** Timeouts in ms by session. */
	readonly sessions: Map<SessionId, number>;
}

/** Asks for so many bytes, and goes on when they are there. */
type Wanting<T> = Generator<number, T, Uint8Array>;

/**
 * Builds a state from the stream that follows a SNAP packet, in pieces of any size. Apache's streams are fuzzy: they may
 * hold effects of transactions that follow, which are then applied once more.
 */
export class StreamIntake {
	readonly #parser: Wanting<Arrived>;
	#wantedBytes: number;
	#rest: Uint8Array = new Uint8Array(0);
	#arrived: Arrived | undefined;
	#sizeBytes = 0;

	/** `partBytesMax`: a longer path, node or text is damage. */
	constructor(partBytesMax: number) {
		this.#parser = parse(partBytesMax);
		this.#wantedBytes = this.#parser.next().value as number;
	}

	/** Of the stream up to now. */
	get sizeBytes(): number {
		return this.#sizeBytes;
	}

	/** Only once `push` has returned the bytes behind the stream. */
	get state(): Arrived {
		assert(this.#arrived !== undefined, "the snapshot has arrived");
		return this.#arrived;
	}

	/**
	 * The bytes behind the stream once it is complete; undefined while it is not.
	 * @throws DecodeError when this is no snapshot
	 */
	push(bytes: Uint8Array): Uint8Array | undefined {
		assert(this.#arrived === undefined, "the stream has not ended");
		const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
		let at = 0;
		while (all.length - at >= this.#wantedBytes) {
			const part = all.subarray(at, at + this.#wantedBytes);
			at += part.length;
			this.#sizeBytes += part.length;
			const next = this.#parser.next(part);
			if (next.done === true) return this.#end(next.value, all.subarray(at));
			this.#wantedBytes = next.value;
		}
		this.#rest = all.slice(at);
		return undefined;
	}

	#end(arrived: Arrived, behind: Uint8Array): Uint8Array {
		addBuiltIns(arrived.tree);
		arrived.tree.recountQuotas();
		this.#arrived = arrived;
		this.#rest = behind.subarray(0, 0);
		return behind;
	}
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const all = new Uint8Array(first.length + second.length);
	all.set(first);
	all.set(second, first.length);
	return all;
}

function* parse(partBytesMax: number): Wanting<Arrived> {
	const tree = new DataTree();
	const sessions = new Map<SessionId, number>();
	for (let left = yield* count(); left > 0; left--) {
		const row = new Reader(yield 12);
		sessions.set(sessionId(row.bigLong()), row.int());
	}
	const acls = yield* aclTable(partBytesMax);
	for (;;) {
		const path = yield* text(partBytesMax);
		if (path === endOfNodes) return { tree, sessions };
		yield* node(tree, acls, path, partBytesMax);
	}
}

function* aclTable(partBytesMax: number): Wanting<ReadonlyMap<number, readonly Acl[]>> {
	const acls = new Map<number, readonly Acl[]>();
	for (let left = yield* count(); left > 0; left--) {
		const index = new Reader(yield 8).long();
		const acl: Acl[] = [];
		for (let rows = yield* count(); rows > 0; rows--) {
			const perms = new Reader(yield 4).int();
			acl.push({ perms, id: { scheme: yield* text(partBytesMax), id: yield* text(partBytesMax) } });
		}
		acls.set(index, acl);
	}
	return acls;
}

function* node(
	tree: DataTree,
	acls: ReadonlyMap<number, readonly Acl[]>,
	path: string,
	partBytesMax: number,
): Wanting<void> {
	const lengthBytes = yield* count();
	const data = lengthBytes < 0 ? null : (yield within(lengthBytes, partBytesMax)).slice();
	const fixed = new Reader(yield nodeFixedBytes);
	const index = fixed.long();
	const acl = index === openAclIndex ? openAcl : (acls.get(index) ?? []);
	if (tree.maybeRestoreNode(path, { data, acl, stat: readStatPersisted(fixed) }) === "orphan")
		throw new DecodeError(`${path} comes without its parent`);
}

/** Below 0 for a list or buffer that is null. */
function* count(): Wanting<number> {
	return new Reader(yield 4).int();
}

function* text(bytesMax: number): Wanting<string> {
	return decodeUtf8(yield within(yield* count(), bytesMax));
}

function within(lengthBytes: number, bytesMax: number): number {
	if (lengthBytes < 0 || lengthBytes > bytesMax)
		throw new DecodeError(`${lengthBytes} bytes in one part of a snapshot`);
	return lengthBytes;
}
