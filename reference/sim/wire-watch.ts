import { intAt } from "../lib/reader.js";
import { counterOf, describeZxid, epochOf, type LinkId, zxid } from "../model/ids.js";
import type { SimMember } from "./sim-member.js";
import type { Tap } from "./sim-network.js";
import { mustHold } from "./violation.js";

const packets = { ack: 3, followerInfo: 11, observerInfo: 16, leaderInfo: 17, ackEpoch: 18 } as const;
const headBytes = 16;

/** What is known of one link from a learner to its leader. */
interface Link {
	/** That LEADERINFO brought. */
	epoch: number;
	hasAckedNewLeader: boolean;
	/** Its promises count nowhere. */
	isObserver: boolean;
}

/** Reads what servers tell each other, and compares it with what is on their disks at that moment. */
export class WireWatch {
	readonly #members: readonly SimMember[];
	/** The latest epoch that each has promised, by place. */
	readonly #promised = new Map<number, number>();
	readonly #links = new Map<LinkId, Link>();
	/** The newest link from a learner (low) to a leader (high). */
	readonly #byPair = new Map<number, Link>();

	constructor(members: readonly SimMember[]) {
		this.#members = members;
	}

	readonly tap: Tap = (from, to, link, door, isAsker, bytes) => {
		if (door !== "quorum") return;
		if (isAsker) this.#fromLearner(from, to, link, bytes);
		else this.#fromLeader(from, to, bytes);
	};

	#fromLeader(leader: number, learner: number, bytes: Uint8Array): void {
		if (bytes.length < headBytes || intAt(bytes, 0) !== packets.leaderInfo) return;
		const link = this.#byPair.get(leader * 1000 + learner);
		if (link !== undefined) link.epoch = intAt(bytes, 4);
	}

	#fromLearner(learner: number, leader: number, id: LinkId, bytes: Uint8Array): void {
		const member = this.#members[learner - 1];
		if (member === undefined) return;
		const link = this.#links.get(id) ?? { epoch: 0, hasAckedNewLeader: false, isObserver: false };
		if (!this.#links.has(id)) this.#byPair.set(leader * 1000 + learner, link);
		this.#links.set(id, link);
		for (let at = 0; at + headBytes <= bytes.length; at = endOf(bytes, at)) this.#packet(member, link, bytes, at);
	}

	#packet(member: SimMember, link: Link, bytes: Uint8Array, at: number): void {
		const type = intAt(bytes, at);
		if (type === packets.observerInfo) link.isObserver = true;
		if (type === packets.followerInfo) this.#keepsWord(member, intAt(bytes, at + 4));
		if (type === packets.ackEpoch) this.#promise(member, link);
		if (type !== packets.ack) return;
		const acked = zxid(intAt(bytes, at + 4) * 0x1_0000_0000 + (intAt(bytes, at + 8) >>> 0));
		if (counterOf(acked) !== 0) {
			mustHold(member.isSafe(acked), "no ack before its flush", () => {
				return `server ${member.place} acknowledges ${describeZxid(acked)}, which a crash now would take from it`;
			});
		} else if (!link.hasAckedNewLeader) {
			link.hasAckedNewLeader = true;
			checkNewLeader(member, epochOf(acked));
		}
	}
	#promise(member: SimMember, { epoch, isObserver }: Link): void {
		if (epoch === 0) return;
		checkPromise(member, epoch);
		if (isObserver) return;
		this.#keepsWord(member, epoch);
		this.#promised.set(member.place, epoch);
	}

	#keepsWord({ place }: SimMember, epoch: number): void {
		const promised = this.#promised.get(place) ?? 0;
		mustHold(epoch >= promised, "a promise is not forgotten", () => {
			return `server ${place} has promised epoch ${promised}, and offers itself for epoch ${epoch}`;
		});
	}
}

/** Behind this packet: its data, and the identities, which only requests have. */
function endOf(bytes: Uint8Array, start: number): number {
	const dataBytes = Math.max(0, intAt(bytes, start + 12));
	let at = start + headBytes + dataBytes;
	const count = intAt(bytes, at);
	at += 4;
	for (let strings = 2 * Math.max(0, count); strings > 0; strings--) at += 4 + Math.max(0, intAt(bytes, at));
	return at;
}

function checkPromise(member: SimMember, epoch: number): void {
	const accepted = member.maybeSafeEpoch("acceptedEpoch") ?? 0;
	mustHold(accepted >= epoch, "acceptedEpoch is on disk before the promise leaves", () => {
		return `server ${member.place} promises epoch ${epoch}, on its disk is ${accepted}`;
	});
}

function checkNewLeader(member: SimMember, epoch: number): void {
	const current = member.maybeSafeEpoch("currentEpoch") ?? 0;
	mustHold(current >= epoch, "currentEpoch is on disk before NEWLEADER is acknowledged", () => {
		return `server ${member.place} acknowledges the leader of epoch ${epoch}, on its disk is ${current}`;
	});
	const missing = member.maybeUnsafeBefore(epoch);
	mustHold(missing === undefined, "what was synced is on disk before NEWLEADER is acknowledged", () => {
		return `server ${member.place} acknowledges epoch ${epoch}, but could lose ${describeZxid(missing ?? zxid(0))}`;
	});
}
