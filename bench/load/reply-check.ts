import { Children } from "./children.js";
import { describeKind, Kind } from "./kind.js";
import { describeZxid, longAt } from "./long.js";
import { dataLengthAt, mzxidAt, replyHeaderBytes, statBytes, versionAt } from "./reply-layout.js";
import { numberAt } from "./request-writer.js";
import type { Ring } from "./ring.js";
import { SeenVersions } from "./seen-versions.js";
import type { Shared } from "./shared.js";

/** Of a result in a multi's reply: type, done, err. */
const resultHeaderBytes = 9;
const setDataCode = 5;
/** A name of a child: its length and itself. */
const childBytes = 4 + 9;
/** Of whole values and whole listings, one in so many is compared. */
const wholeMask = 63;
const dataChanged = 3;

/** Judges the replies of one session; what is wrong goes to the breaches. */
export class ReplyCheck {
	readonly children = new Children();
	readonly #shared: Shared;
	readonly #session: number;
	readonly #seen: SeenVersions;
	#reads = 0;
	/** The reply under judgement. */
	#zxid = 0;
	#kind = 0;

	constructor(shared: Shared, session: number) {
		this.#shared = shared;
		this.#session = session;
		this.#seen = new SeenVersions(shared.plan.keys.count, shared.plan.sessions);
	}

	breach(rule: string, text: () => string): void {
		this.#shared.breaches.add(rule, () => `session ${this.#session}: ${text()}`);
	}

	/** The reply without an error to the request at this place of the ring; it lies from its header, `at`, to `end`. */
	judge(ring: Ring, place: number, bytes: Buffer, view: DataView, at: number, end: number): void {
		this.#kind = ring.kinds[place] as number;
		this.#zxid = longAt(view, at + 4);
		const key = ring.keys[place] as number;
		const body = at + replyHeaderBytes;
		switch (this.#kind) {
			case Kind.getData:
				this.#judgeGetData(key, ring.expected[place] as number, bytes, view, body, end);
				break;
			case Kind.exists:
			case Kind.watch:
				if (this.#hasLength(end - body, statBytes)) this.#judgeExists(key, ring.expected[place] as number, view, body);
				return;
			case Kind.setData:
				if (this.#hasLength(end - body, statBytes)) this.#judgeWrite(key, ring.expected[place] as number, view, body);
				return;
			case Kind.multi:
				this.#judgeMulti(ring, place, view, body, end);
				break;
			case Kind.getChildren:
				this.#judgeChildren(ring.others[place] as number, ring.othersExpected[place] as number, bytes, view, body, end);
				break;
			case Kind.create:
				this.#judgeCreated(key, bytes, body, end);
				break;
			case Kind.delete:
				this.#hasLength(end - body, 0);
		}
	}

	/** Watches are a connection's; this load does not ask for them again. */
	forgetWatches(): void {
		const { keys, plan } = this.#shared;
		for (let key = this.#session; key < plan.keys.count; key += plan.sessions) keys.watched[key] = 0;
	}

	/** An event's body: it is right when this session's watch waits for it. */
	judgeEvent(bytes: Buffer, view: DataView, at: number, end: number): void {
		const { watched } = this.#shared.keys;
		const key = numberAt(bytes, end - 8);
		if (view.getInt32(at) === dataChanged && this.#isOwn(key) && watched[key] === 1) watched[key] = 0;
		else
			this.breach(
				"watch",
				() =>
					`an event of type ${view.getInt32(at)} for ${bytes.toString("utf8", at + 12, end)} came, which no watch asked for`,
			);
	}

	#judgeGetData(key: number, expected: number, bytes: Buffer, view: DataView, at: number, end: number): void {
		const length = view.getInt32(at);
		if (!this.#hasLength(end - at, 4 + length + statBytes)) return;
		const statAt = at + 4 + length;
		const version = this.#judgeStat(key, expected, view, statAt);
		const { values } = this.#shared;
		const sequence = values.maybeSequence(view, at + 4, length) ?? version;
		const isWhole = (this.#reads++ & wholeMask) === 0;
		const isDue = this.#isSequence(sequence, version) && values.lengthOf(key, sequence) === length;
		if (isDue && view.getInt32(statAt + dataLengthAt) === length) {
			if (values.isRight(bytes, view, at + 4, length, key, sequence, isWhole)) return;
		}
		this.breach(
			"data",
			() =>
				`getData of key ${key} at version ${version} shows ${length} bytes that were not written then, beginning 0x${bytes.toString("hex", at + 4, at + 4 + Math.min(16, length))}`,
		);
	}

	#judgeExists(key: number, expected: number, view: DataView, at: number): void {
		const version = this.#judgeStat(key, expected, view, at);
		const length = view.getInt32(at + dataLengthAt);
		// Writes that were lost on the way leave versions behind sequences, and only a value tells its sequence.
		if (!this.#shared.plan.toleratesLoss && length !== this.#shared.values.lengthOf(key, version)) {
			this.breach(
				"data",
				() =>
					`exists of key ${key} at version ${version} shows a length of ${length}, ${this.#shared.values.lengthOf(key, version)} was written`,
			);
		}
		if (this.#kind === Kind.watch) this.#shared.keys.watched[key] = 1;
	}

	/** A write's count and its version are the same, unless writes were lost on the way. */
	#isSequence(sequence: number, version: number): boolean {
		return this.#shared.plan.toleratesLoss ? sequence >= version : sequence === version;
	}

	#judgeStat(key: number, expected: number, view: DataView, at: number): number {
		const version = view.getInt32(at + versionAt);
		const mzxid = longAt(view, at + mzxidAt);
		if (mzxid > this.#zxid) {
			this.breach(
				"zxid",
				() =>
					`${describeKind(this.#kind)} of key ${key} shows mzxid ${describeZxid(mzxid)}, behind its reply's zxid ${describeZxid(this.#zxid)}`,
			);
		}
		if (this.#isOwn(key)) this.#judgeOwnVersion(key, expected, version);
		else this.#judgeStrangersVersion(key, expected, version);
		return version;
	}

	#judgeOwnVersion(key: number, sequence: number, version: number): void {
		const { keys } = this.#shared;
		const due = keys.due(key, sequence);
		if (version === due && keys.inDoubt[key] === 0) return;
		if (version <= due && version >= due - (keys.inDoubt[key] as number)) {
			keys.settle(key, sequence, version);
			return;
		}
		const rule = version < due ? "stale-read" : "data";
		this.breach(
			rule,
			() => `${describeKind(this.#kind)} of its own key ${key} shows version ${version}, ${due} was due`,
		);
	}

	#judgeStrangersVersion(key: number, least: number, version: number): void {
		const before = this.#seen.exchange(key, version);
		if (version < least) {
			this.breach(
				"stale-read",
				() =>
					`${describeKind(this.#kind)} of key ${key} shows version ${version}, but ${least} was acknowledged at a zxid that this session had been told of`,
			);
		} else if (version < before) {
			this.breach(
				"stale-read",
				() => `${describeKind(this.#kind)} of key ${key} shows version ${version}, it showed ${before} before`,
			);
		}
	}

	#judgeWrite(key: number, sequence: number, view: DataView, at: number): void {
		const { keys, values } = this.#shared;
		const version = view.getInt32(at + versionAt);
		const due = keys.due(key, sequence);
		const least = due - (keys.inDoubt[key] as number);
		if (version < least || version > due) {
			this.breach(
				"lost-write",
				() => `${describeKind(this.#kind)} of key ${key} made version ${version}, ${due} was due`,
			);
		}
		if (version !== due || keys.inDoubt[key] !== 0) keys.settle(key, sequence, version);
		keys.acknowledge(key, version, this.#zxid);
		const mzxid = longAt(view, at + mzxidAt);
		if (mzxid !== this.#zxid) {
			this.breach(
				"zxid",
				() =>
					`${describeKind(this.#kind)} of key ${key} has mzxid ${describeZxid(mzxid)}, its reply ${describeZxid(this.#zxid)}`,
			);
		}
		const length = view.getInt32(at + dataLengthAt);
		if (length !== values.lengthOf(key, sequence)) {
			this.breach(
				"data",
				() =>
					`${describeKind(this.#kind)} of key ${key} wrote ${values.lengthOf(key, sequence)} bytes, the Stat says ${length}`,
			);
		}
		if (keys.watched[key] === 1) this.#missedWatch(key);
	}

	#missedWatch(key: number): void {
		this.#shared.keys.watched[key] = 0;
		this.breach(
			"watch",
			() => `${describeKind(this.#kind)} of key ${key} was answered before the event that a watch had asked for`,
		);
	}

	#judgeMulti(ring: Ring, place: number, view: DataView, at: number, end: number): void {
		const part = resultHeaderBytes + statBytes;
		if (!this.#hasLength(end - at, 2 * part + resultHeaderBytes)) return;
		for (const partAt of [at, at + part]) {
			if (view.getInt32(partAt) === setDataCode) continue;
			this.breach(
				"error",
				() => `a part of a multi that writes key ${ring.keys[place]} has a result of type ${view.getInt32(partAt)}`,
			);
			return;
		}
		this.#judgeWrite(ring.keys[place] as number, ring.expected[place] as number, view, at + resultHeaderBytes);
		const second = at + part + resultHeaderBytes;
		this.#judgeWrite(ring.others[place] as number, ring.othersExpected[place] as number, view, second);
	}

	/** A listing asked for when the children from `first` to before `behind` were there or on their way. */
	#judgeChildren(first: number, behind: number, bytes: Buffer, view: DataView, at: number, end: number): void {
		const count = view.getInt32(at);
		if (!this.#hasLength(end - at, 4 + count * childBytes)) return;
		const { leftLeast, leftMost } = this.children;
		const due = behind - first;
		if (count < due + leftLeast || count > due + leftMost) {
			this.breach("data", () => `getChildren shows ${count} children, ${due} were due`);
			return;
		}
		if (leftMost > 0 || (this.#reads++ & wholeMask) !== 0) return;
		for (let nameAt = at + 4; nameAt < end; nameAt += childBytes) {
			const child = numberAt(bytes, nameAt + 5);
			if (child >= first && child < behind) continue;
			this.breach("data", () => `getChildren shows child ${child}, those from ${first} to ${behind - 1} were due`);
			return;
		}
	}

	#judgeCreated(child: number, bytes: Buffer, at: number, end: number): void {
		const shown = numberAt(bytes, end - 8);
		const length = this.#shared.plan.root.length + "/c00000000/n00000000".length;
		if (this.#hasLength(end - at, 4 + length) && shown !== child) {
			this.breach("order", () => `create of child ${child} is answered by the path of ${shown}`);
		}
	}

	#hasLength(bytes: number, due: number): boolean {
		if (bytes === due) return true;
		this.breach("frame", () => `${describeKind(this.#kind)} is answered by a body of ${bytes} bytes, ${due} were due`);
		return false;
	}

	#isOwn(key: number): boolean {
		return key % this.#shared.plan.sessions === this.#session;
	}
}
