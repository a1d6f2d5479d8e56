import { strict as assert } from "node:assert";
import { Queue } from "../../lib/queue.js";
import { type Epoch, type LinkId, linkId, type ServerId, zxid, zxidOf } from "../../model/ids.js";
import type { PeerEffects, PeerEvent, Proposal } from "../contract.js";
import { type EnsembleConfig, parseConfigText } from "../ensemble-config.js";
import { Peer } from "../peer.js";
import { quorumOf } from "../quorum.js";
import { timings } from "./election-world.js";
import { FakeIntake, FakeStorage } from "./fake-storage.js";
import { WireWatch } from "./wire-watch.js";

/** One end of a link. */
interface End {
	readonly owner: FakeMember;
	readonly other: LinkId;
	readonly events: Queue<PeerEvent>;
}

/** A member with the least that a peer needs of a host. */
export interface FakeMember {
	readonly id: ServerId;
	readonly storage: FakeStorage;
	peer: Peer;
	up: boolean;
	settling: boolean;
	/** While it leads and serves. */
	leads: Epoch | undefined;
	follows: boolean;
	counter: number;
	/** As its files have it. */
	config: EnsembleConfig;
}

/**
 * An ensemble of peers in memory, on virtual time, in which everything happens in an order that `random` (from 0 below 1)
 * chooses; each link carries its bytes in order. What must hold is checked at every step:
 *
 * 1. All commit the same entries in the same order, and a leader begins with all that was committed before.
 * 2. An epoch has one leader.
 * 3. What is acknowledged is on disk.
 */
export class PeerWorld {
	readonly members = new Map<number, FakeMember>();
	readonly config: EnsembleConfig;
	readonly notes: string[] = [];
	/** What is committed, oldest first. */
	chosen: Proposal[] = [];
	nowMs = 1000;
	readonly #random: () => number;
	readonly #leaders = new Map<Epoch, ServerId>();
	readonly #ends = new Map<LinkId, End>();
	readonly #watch = new WireWatch();
	#links = 0;

	constructor(config: EnsembleConfig, random: () => number, committedMax = 4) {
		this.config = config;
		this.#random = random;
		for (const id of config.members.keys()) {
			const member = { id, storage: new FakeStorage(committedMax), up: false, config } as unknown as FakeMember;
			this.members.set(id, member);
			this.start(id);
		}
	}

	member(id: number): FakeMember {
		const member = this.members.get(id);
		assert(member !== undefined, `there is no server ${id}`);
		return member;
	}

	get leader(): FakeMember | undefined {
		return [...this.members.values()].find(({ up, leads }) => up && leads !== undefined);
	}

	start(id: number): void {
		const member = this.member(id);
		if (member.up) return;
		const { disk } = member.storage;
		Object.assign(member, { up: true, settling: true, leads: undefined, follows: false });
		const { acceptedEpoch, currentEpoch } = disk;
		member.peer = new Peer({
			...{ id: member.id, config: member.config, timings, storage: member.storage, nowMs: this.nowMs },
			settledConfig: member.storage.settledConfig,
			reconfigEnabled: true,
			effects: this.#effects(member),
			epochs: { acceptedEpoch, currentEpoch },
		});
	}

	kill(id: number): void {
		const member = this.member(id);
		member.up = false;
		member.storage.crash();
		for (const [link, { owner }] of [...this.#ends]) {
			if (owner !== member) continue;
			this.cut(link);
			this.#ends.delete(link);
		}
	}

	/** Breaks a link: what is on its way is lost, perhaps but for its beginning. */
	cut(link: LinkId): void {
		const end = this.#ends.get(link);
		if (end === undefined) return;
		for (const one of [link, end.other]) {
			const { owner, events } = this.#ends.get(one) ?? {};
			if (!owner?.up || events === undefined) continue;
			const arriving = Math.floor(this.#random() * (events.length + 1));
			const kept = Array.from({ length: arriving }, () => events.shift() as PeerEvent);
			while (events.length > 0) events.shift();
			for (const event of [...kept, { type: "closed", link: one } as const]) events.push(event);
		}
	}

	cutAny(): void {
		const links = [...this.#ends.keys()];
		const link = links[Math.floor(this.#random() * links.length)];
		if (link !== undefined) this.cut(link);
	}

	/** The leader's next change. */
	propose(text: string): void {
		const { leader } = this;
		if (leader?.leads === undefined) return;
		const at = zxidOf(leader.leads, ++leader.counter);
		this.#step(leader, () => leader.peer.propose({ zxid: at, body: new TextEncoder().encode(text) }));
	}

	/**
	 * The leader's next change: the ensemble has these servers, where it may.
	 * @returns whether it is proposed
	 */
	reconfigure(roles: ReadonlyMap<number, "participant" | "observer">): boolean {
		const { leader } = this;
		if (leader?.leads === undefined) return false;
		const { status } = leader.peer;
		const at = zxidOf(leader.leads, leader.counter + 1);
		const lines = [...roles].map(([id, role]) => `server.${id}=s${id}:${2000 + id}:${3000 + id}:${role}`);
		const text = [...lines, `version=${at.toString(16)}`].join("\n");
		const stays = (id: ServerId): boolean => status.config.members.get(id)?.role !== "observer";
		const followers = status.learners.filter(({ id, synced, role }) => synced && role === "follower" && stays(id));
		const ids = new Set([leader.id, ...followers.map(({ id }) => id)]);
		if (status.nextConfig !== undefined || !quorumOf(parseConfigText(text)).isQuorum(ids)) return false;
		this.propose(text);
		return true;
	}

	/** One thing that can happen now happens; time passes when nothing can. */
	step(): void {
		const chores = this.#chores();
		const chore = chores[Math.floor(this.#random() * chores.length)];
		if (chore !== undefined && this.#random() < 0.98) {
			this.nowMs += this.#random();
			chore();
		} else {
			this.#passTime();
		}
	}

	/** Whether `until` came to hold within so many steps. */
	run(stepsMax: number, until: () => boolean = () => false): boolean {
		for (let i = 0; i < stepsMax && !until(); i++) this.step();
		return until();
	}

	/** A leader serves, and all others follow it with all that it has committed. */
	get whole(): boolean {
		return this.#isWhole(() => true);
	}

	/** The same, but for servers that are no members any more; and it is to stay as it is. */
	get wholeEnsemble(): boolean {
		const { config, nextConfig } = this.leader?.peer.status ?? {};
		return nextConfig === undefined && this.#isWhole((id) => config?.members.has(id) === true);
	}

	#isWhole(counts: (id: ServerId) => boolean): boolean {
		const { leader } = this;
		if (leader === undefined) return false;
		return [...this.members.values()].every(
			({ id, up, follows, storage }) =>
				!counts(id) || (up && (follows || storage === leader.storage) && storage.appliedCount === this.chosen.length),
		);
	}

	#chores(): (() => void)[] {
		const chores: (() => void)[] = [];
		for (const [link, { owner, events }] of this.#ends) {
			if (events.length > 0 && owner.up) chores.push(() => this.#deliver(link));
		}
		for (const member of this.members.values()) {
			if (!member.up) continue;
			if (!member.storage.idle) chores.push(() => this.#work(member));
			else if (member.settling) chores.push(() => this.#settle(member));
		}
		return chores;
	}

	#passTime(): void {
		let next = Number.POSITIVE_INFINITY;
		for (const { up, peer } of this.members.values()) if (up) next = Math.min(next, peer.deadlineMs);
		if (next === Number.POSITIVE_INFINITY) return;
		this.nowMs = Math.max(this.nowMs, next);
		for (const member of this.members.values()) {
			if (member.up && member.peer.deadlineMs <= this.nowMs) this.#event(member, { type: "time" });
		}
	}

	#work(member: FakeMember): void {
		const event = member.storage.work();
		if (event !== undefined) this.#event(member, event);
	}

	#settle(member: FakeMember): void {
		member.settling = false;
		member.storage.applyTo(member.storage.lastLoggedZxid);
		this.#event(member, { type: "settled" });
	}

	#event(member: FakeMember, event: PeerEvent): void {
		this.#step(member, () => member.peer.step(event, this.nowMs));
	}

	#step(member: FakeMember, act: () => void): void {
		act();
		this.#check(member);
	}

	#check({ id, storage, leads, follows }: FakeMember): void {
		if (leads === undefined && !follows) return;
		for (const [i, { zxid: at, body }] of storage.history.slice(0, storage.appliedCount).entries()) {
			const chosen = this.chosen[i];
			assert(chosen !== undefined, `server ${id} shows 0x${at.toString(16)}, which is not committed`);
			assert.equal(at, chosen.zxid, `server ${id}, entry ${i}`);
			assert.deepEqual(body, chosen.body, `server ${id}, entry ${i}`);
		}
	}

	#deliver(link: LinkId): void {
		const end = this.#ends.get(link);
		const event = end?.events.shift();
		if (end === undefined || event === undefined) return;
		if (event.type === "closed") this.#ends.delete(link);
		if (event.type !== "received" || event.bytes.length < 2 || this.#random() < 0.5) {
			this.#event(end.owner, event);
			return;
		}
		const at = 1 + Math.floor(this.#random() * (event.bytes.length - 1));
		this.#event(end.owner, { ...event, bytes: event.bytes.subarray(0, at) });
		if (this.#ends.has(link)) this.#event(end.owner, { ...event, bytes: event.bytes.subarray(at) });
	}

	#connect(owner: FakeMember, host: string, port: number): LinkId {
		const target = this.member(Number(host.slice(1)));
		const link = linkId(++this.#links);
		const other = linkId(++this.#links);
		const end: End = { owner, other, events: new Queue() };
		this.#ends.set(link, end);
		if (!target.up) {
			end.events.push({ type: "closed", link });
			return link;
		}
		end.events.push({ type: "connected", link });
		const door = port > 3000 ? "election" : "quorum";
		const events = new Queue<PeerEvent>();
		events.push({ type: "opened", link: other, door, address: `s${owner.id}` });
		this.#ends.set(other, { owner: target, other: link, events });
		if (door === "quorum") this.#watch.learner(link, owner.storage);
		return link;
	}

	#send(link: LinkId, bytes: Uint8Array): void {
		const end = this.#ends.get(link);
		if (end === undefined) return;
		this.#watch.sent(link, bytes);
		this.#ends.get(end.other)?.events.push({ type: "received", link: end.other, bytes: bytes.slice() });
	}

	#close(link: LinkId): void {
		const end = this.#ends.get(link);
		this.#ends.delete(link);
		if (end !== undefined) this.#ends.get(end.other)?.events.push({ type: "closed", link: end.other });
	}

	#lead(member: FakeMember, epoch: Epoch): void {
		assert(!this.#leaders.has(epoch) || this.#leaders.get(epoch) === member.id, `epoch ${epoch} has two leaders`);
		this.#leaders.set(epoch, member.id);
		const { history, appliedCount } = member.storage;
		for (const [i, { zxid: at }] of this.chosen.entries()) {
			assert.equal(history[i]?.zxid, at, `server ${member.id} leads without committed entry ${i}`);
		}
		assert.equal(appliedCount, history.length);
		this.chosen = [...history];
		Object.assign(member, { leads: epoch, counter: 0 });
	}

	#commit(member: FakeMember, upTo: number): void {
		member.storage.applyTo(zxid(upTo));
		if (member.leads !== undefined) this.chosen = member.storage.history.slice(0, member.storage.appliedCount);
	}

	#effects(member: FakeMember): PeerEffects {
		const { storage } = member;
		const nothing = (): void => undefined;
		return {
			connect: (host, port) => this.#connect(member, host, port),
			send: (link, bytes) => this.#send(link, bytes),
			close: (link) => this.#close(link),
			append: (proposal) => storage.append(proposal),
			saveEpoch: (which, epoch, ticket) => storage.saveEpoch(which, epoch, ticket),
			truncate: (to, ticket) => storage.truncate(to, ticket),
			intake: () => new FakeIntake(),
			install: (intake, at, ticket) => storage.install((intake as FakeIntake).history, at, ticket),
			// What a crash takes from the files, the log knows. With a configuration that lacks it no server starts.
			configured: (config) =>
				config.members.has(member.id) && this.#random() < 0.7 && Object.assign(member, { config }),
			commit: (upTo) => this.#commit(member, upTo),
			lead: (epoch) => this.#lead(member, epoch),
			follow: () => {
				member.follows = true;
			},
			endRole: () => Object.assign(member, { leads: undefined, follows: false, settling: true }),
			...{ request: nothing, touched: nothing, revalidate: nothing, learnerGone: nothing },
			...{ synced: nothing, revalidated: nothing, takeTouched: () => [] },
			note: (line) => this.notes.push(`${Math.round(this.nowMs)} server ${member.id}: ${line}`),
		};
	}
}
