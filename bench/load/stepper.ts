import type { Children } from "./children.js";
import { Kind } from "./kind.js";
import type { Ring } from "./ring.js";
import type { Shared } from "./shared.js";

/** Puts one session's requests into the outbox and into its ring, in the order that the seed drew. */
export class Stepper {
	readonly #shared: Shared;
	readonly #session: number;
	readonly #ring: Ring;
	readonly #children: Children;
	/** Positions in the draws. */
	#kindAt: number;
	#keyAt: number;

	constructor(shared: Shared, session: number, ring: Ring, children: Children) {
		this.#shared = shared;
		this.#session = session;
		this.#ring = ring;
		this.#children = children;
		this.#kindAt = (session * 7919) % shared.draws.kinds.length;
		this.#keyAt = (session * 104_729) % shared.draws.any.length;
	}

	/** Sends the next request of the load, as number `xid`. */
	step(xid: number, dueAtMs: number, lastZxid: number): void {
		const kind = this.#drawKind();
		const ring = this.#ring;
		const place = ring.sent++ & ring.mask;
		ring.kinds[place] = kind;
		ring.dueAtMs[place] = dueAtMs;
		const { requests } = this.#shared;
		switch (kind) {
			case Kind.getData:
				requests.getData(xid, this.#aim(place, lastZxid));
				break;
			case Kind.exists:
				requests.exists(xid, this.#aim(place, lastZxid));
				break;
			case Kind.setData:
				this.#setData(place, xid);
				break;
			case Kind.multi:
				this.#multi(place, xid);
				break;
			case Kind.watch:
				this.#watch(place, xid);
				break;
			case Kind.create:
				this.#create(place, xid);
				break;
			case Kind.delete:
				this.#delete(place, xid);
				break;
			case Kind.getChildren:
				this.#getChildren(place, xid);
				break;
			default:
				requests.sync(xid);
		}
	}

	/** The sync that a connection begins with. */
	prelude(xid: number, nowMs: number): void {
		const place = this.#ring.sent++ & this.#ring.mask;
		this.#ring.kinds[place] = Kind.prelude;
		this.#ring.dueAtMs[place] = nowMs;
		this.#shared.requests.sync(xid);
	}

	#drawKind(): number {
		const { kinds } = this.#shared.draws;
		this.#kindAt = this.#kindAt + 1 === kinds.length ? 0 : this.#kindAt + 1;
		const kind = kinds[this.#kindAt] as number;
		// Nothing is left to delete: what has to be there for it comes first.
		return kind === Kind.delete && this.#children.count === 0 ? Kind.create : kind;
	}

	/** Any key to read, with what its reader is owed. */
	#aim(place: number, lastZxid: number): number {
		const { draws, keys, plan } = this.#shared;
		this.#keyAt = (this.#keyAt + 1) & (draws.any.length - 1);
		const key = draws.any[this.#keyAt] as number;
		this.#ring.keys[place] = key;
		if (key % plan.sessions === this.#session) this.#ring.expected[place] = keys.sequences[key] as number;
		else {
			const isTold = (keys.zxids[key] as number) <= lastZxid;
			this.#ring.expected[place] = isTold ? (keys.versions[key] as number) : 0;
		}
		return key;
	}

	#drawOwn(): number {
		const { draws, plan } = this.#shared;
		this.#keyAt = (this.#keyAt + 1) & (draws.own.length - 1);
		return this.#session + plan.sessions * (draws.own[this.#keyAt] as number);
	}

	#setData(place: number, xid: number): void {
		const key = this.#drawOwn();
		const sequence = this.#shared.keys.next(key);
		this.#ring.keys[place] = key;
		this.#ring.expected[place] = sequence;
		this.#shared.requests.setData(xid, key, sequence);
	}

	#multi(place: number, xid: number): void {
		const { keys, requests } = this.#shared;
		const [key, other] = [this.#drawOwn(), this.#drawOwn()];
		const sequence = keys.next(key);
		const otherSequence = keys.next(other);
		this.#ring.keys[place] = key;
		this.#ring.expected[place] = sequence;
		this.#ring.others[place] = other;
		this.#ring.othersExpected[place] = otherSequence;
		requests.multi(xid, key, sequence, other, otherSequence);
	}

	#watch(place: number, xid: number): void {
		const key = this.#drawOwn();
		this.#ring.keys[place] = key;
		this.#ring.expected[place] = this.#shared.keys.sequences[key] as number;
		this.#shared.requests.watch(xid, key);
	}

	#create(place: number, xid: number): void {
		const child = this.#children.created++;
		this.#ring.kinds[place] = Kind.create;
		this.#ring.keys[place] = child;
		this.#shared.requests.create(xid, this.#session, child);
	}

	#delete(place: number, xid: number): void {
		const child = this.#children.deleted++;
		this.#ring.keys[place] = child;
		this.#shared.requests.delete(xid, this.#session, child);
	}

	#getChildren(place: number, xid: number): void {
		this.#ring.others[place] = this.#children.deleted;
		this.#ring.othersExpected[place] = this.#children.created;
		this.#shared.requests.getChildren(xid, this.#session);
	}
}
