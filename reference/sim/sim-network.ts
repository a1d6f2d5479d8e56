import type { Door, Network, NetworkEvent } from "../host/network.js";
import { type LinkId, linkId } from "../model/ids.js";
import type { EventQueue } from "./event-queue.js";
import type { Random } from "./random.js";
import { type Trace, traced } from "./trace.js";

/** A machine of the simulated network: servers first, then clients. */
export type Place = number;

/** What somebody who listens to the wires hears: whole writes, before they are on their way. */
export type Tap = (from: Place, to: Place, link: LinkId, door: Door, isAsker: boolean, bytes: Uint8Array) => void;

/** Who has links at a place. */
export interface Resident {
	take(event: NetworkEvent): void;
	/** Whether somebody listens there. */
	listens(door: Door): boolean;
	/** The machine is on: it answers what comes, if only by a reset. */
	readonly isOn: boolean;
}

export const ports: Readonly<Record<Door, number>> = { client: 2181, quorum: 2888, election: 3888 };
export const hostOf = (place: Place): string => `10.0.0.${place}`;

export interface NetworkOptions {
	readonly latencyUsMin: number;
	readonly latencyUsMax: number;
	/** How often a packet takes long, and how long at most. */
	readonly spikeShare: number;
	readonly spikeUsMax: number;
	/** How often what is sent arrives in two pieces. */
	readonly splitShare: number;
}

/** What travels to one end of a link, in order. */
type Item = Uint8Array | "connected" | "closed";

interface Link {
	readonly id: LinkId;
	readonly at: Place;
	readonly from: Place;
	readonly door: Door;
	/** This end asked for the link. */
	readonly isAsker: boolean;
	peer: Link | undefined;
	isOpen: boolean;
	isPaused: boolean;
	/** When the last item on its way to this end arrives. */
	arrivesUs: number;
	inFlight: number;
	/** Arrived, but held up by a partition or a pause. */
	readonly held: Item[];
	/** The next item arrives in part, and nothing after it. */
	isCut: boolean;
}

const synAttemptsMax = 4;
const synRetryUs = 200_000;

/** Links as TCP makes them: in order, sometimes slow, held up by partitions, ended by resets in the middle of a frame. */
export class SimNetwork {
	readonly #queue: EventQueue;
	readonly #random: Random;
	readonly #trace: Trace;
	readonly #options: NetworkOptions;
	readonly #residents: Resident[] = [];
	readonly #links = new Map<LinkId, Link>();
	/** How many faults keep one place's bytes from another, and how slow the way is made, at `from * 64 + to`. */
	readonly #blocked = new Int32Array(placesMax * placesMax);
	readonly #slowUs = new Int32Array(placesMax * placesMax);
	#lastLink = 0;

	readonly #tap: Tap;

	constructor(queue: EventQueue, random: Random, trace: Trace, options: NetworkOptions, tap: Tap) {
		this.#tap = tap;
		this.#queue = queue;
		this.#random = random;
		this.#trace = trace;
		this.#options = options;
	}

	settle(place: Place, resident: Resident): void {
		this.#residents[place] = resident;
	}

	/** The network as one process sees it; `touched` is called before every change. */
	portOf(place: Place, touched: () => void): Network {
		return {
			connect: (host, port) => {
				touched();
				return this.#connect(place, host, port);
			},
			send: (link, bytes) => {
				touched();
				this.#send(link, bytes);
			},
			close: (link) => {
				touched();
				this.#close(link);
			},
			pause: (link) => this.#setPaused(link, true),
			resume: (link) => this.#setPaused(link, false),
		};
	}

	/** Adds or takes away one reason why nothing gets from one place to the other. */
	block(from: Place, to: Place, by: 1 | -1): void {
		const at = from * placesMax + to;
		this.#blocked[at] = (this.#blocked[at] as number) + by;
		if (this.#blocked[at] === 0) this.#release((link) => link.from === from && link.at === to);
	}

	slow(from: Place, to: Place, byUs: number): void {
		const at = from * placesMax + to;
		this.#slowUs[at] = (this.#slowUs[at] as number) + byUs;
	}

	/** Breaks links between two places; what is on its way arrives in part. */
	cut(one: Place, other: Place): void {
		for (const link of this.#links.values()) {
			const isBetween = (link.at === one && link.from === other) || (link.at === other && link.from === one);
			if (isBetween && link.peer !== undefined) this.#cutEnd(link);
		}
	}

	/** A process is gone. `isSilent`: with its machine, so that nobody is told. */
	abandon(place: Place, isSilent: boolean): void {
		for (const link of [...this.#links.values()]) {
			if (link.at !== place) continue;
			this.#drop(link);
			if (!isSilent && link.peer !== undefined) this.#reset(link.peer);
		}
	}

	/** Links with an end there, for faults that pick one. */
	peersOf(place: Place): Place[] {
		const peers = new Set<Place>();
		for (const link of this.#links.values()) if (link.at === place && link.peer !== undefined) peers.add(link.from);
		return [...peers];
	}

	#isBlocked(from: Place, to: Place): boolean {
		return from !== to && (this.#blocked[from * placesMax + to] as number) > 0;
	}

	#delayUs(from: Place, to: Place): number {
		if (from === to) return 5;
		const { latencyUsMin, latencyUsMax, spikeShare, spikeUsMax } = this.#options;
		const usual = this.#random.between(latencyUsMin, latencyUsMax) + (this.#slowUs[from * placesMax + to] as number);
		return this.#random.chance(spikeShare) ? usual + this.#random.below(spikeUsMax) : usual;
	}

	#make(at: Place, from: Place, door: Door, isAsker: boolean): Link {
		const link: Link = {
			id: linkId(++this.#lastLink),
			at,
			from,
			door,
			isAsker,
			peer: undefined,
			isOpen: true,
			isPaused: false,
			arrivesUs: 0,
			inFlight: 0,
			held: [],
			isCut: false,
		};
		this.#links.set(link.id, link);
		return link;
	}

	#connect(at: Place, host: string, port: number): LinkId {
		const to = Number(host.slice(host.lastIndexOf(".") + 1));
		const door = (Object.keys(ports) as Door[]).find((name) => ports[name] === port) ?? "client";
		const link = this.#make(at, to, door, true);
		this.#queue.after(this.#delayUs(at, to), () => this.#knock(link, door, 1));
		return link.id;
	}

	#knock(link: Link, door: Door, attempt: number): void {
		if (!link.isOpen) return;
		const resident = this.#residents[link.from];
		if (this.#isBlocked(link.at, link.from) || resident?.isOn !== true) {
			if (attempt < synAttemptsMax) this.#queue.after(synRetryUs * attempt, () => this.#knock(link, door, attempt + 1));
			else this.#reset(link);
		} else if (!resident.listens(door)) {
			this.#reset(link);
		} else {
			const accepted = this.#make(link.from, link.at, door, false);
			accepted.peer = link;
			link.peer = accepted;
			this.#trace.mix(traced.link, accepted.id, link.id);
			const port = 30_000 + (link.id % 30_000);
			resident.take({ type: "opened", link: accepted.id, door, address: hostOf(link.at), port });
			this.#bring(link, "connected");
		}
	}

	#send(id: LinkId, bytes: Uint8Array): void {
		const link = this.#links.get(id);
		const peer = link?.peer;
		if (link === undefined || peer === undefined) return;
		if (link.door !== "client") this.#tap(link.at, link.from, id, link.door, link.isAsker, bytes);
		if (bytes.length > 1 && this.#random.chance(this.#options.splitShare)) {
			const at = this.#random.between(1, bytes.length - 1);
			this.#bring(peer, bytes.subarray(0, at));
			this.#bring(peer, bytes.subarray(at));
		} else {
			this.#bring(peer, bytes);
		}
	}

	#close(id: LinkId): void {
		const link = this.#links.get(id);
		if (link === undefined) return;
		this.#drop(link);
		if (link.peer !== undefined) this.#bring(link.peer, "closed");
	}

	/** On its way to an end, behind everything before. */
	#bring(link: Link, item: Item): void {
		link.arrivesUs = Math.max(link.arrivesUs, this.#queue.nowUs + this.#delayUs(link.from, link.at));
		link.inFlight++;
		this.#queue.at(link.arrivesUs, () => {
			link.inFlight--;
			this.#arrive(link, item);
		});
	}

	#arrive(link: Link, item: Item): void {
		if (!link.isOpen) {
			this.#refuse(link, item);
		} else if (link.isPaused || link.held.length > 0 || this.#isBlocked(link.from, link.at)) {
			link.held.push(item);
		} else {
			this.#deliver(link, item);
		}
	}

	/** A machine that knows nothing of a link says so to whoever still uses it. */
	#refuse(link: Link, item: Item): void {
		const isHeard = typeof item !== "string" && this.#residents[link.at]?.isOn === true;
		if (isHeard && link.peer?.isOpen === true && !this.#isBlocked(link.from, link.at)) this.#reset(link.peer);
	}

	#deliver(link: Link, item: Item): void {
		const resident = this.#residents[link.at] as Resident;
		if (typeof item === "string") {
			this.#trace.mix(traced.link, link.id, item.length);
			if (item === "closed") this.#drop(link);
			resident.take({ type: item, link: link.id });
			return;
		}
		const bytes = link.isCut ? item.subarray(0, this.#random.between(0, item.length)) : item;
		this.#trace.mix(traced.deliver, link.id, bytes.length ^ ((bytes.at(-1) ?? 0) << 20));
		if (bytes.length > 0) resident.take({ type: "received", link: link.id, bytes });
		if (link.isCut) this.#end(link);
	}

	#end(link: Link): void {
		if (!link.isOpen) return;
		this.#drop(link);
		this.#trace.mix(traced.link, link.id, 0);
		this.#residents[link.at]?.take({ type: "closed", link: link.id });
	}

	/** A reset overtakes what is on its way, and is lost in a partition. */
	#reset(link: Link): void {
		this.#queue.after(this.#delayUs(link.from, link.at), () => {
			if (link.peer === undefined || !this.#isBlocked(link.from, link.at)) this.#end(link);
		});
	}

	#cutEnd(link: Link): void {
		link.isCut = true;
		if (link.inFlight === 0) this.#queue.after(this.#delayUs(link.from, link.at), () => this.#end(link));
	}

	#drop(link: Link): void {
		link.isOpen = false;
		link.held.length = 0;
		this.#links.delete(link.id);
	}

	#setPaused(id: LinkId, isPaused: boolean): void {
		const link = this.#links.get(id);
		if (link === undefined) return;
		link.isPaused = isPaused;
		if (!isPaused && link.held.length > 0) this.#queue.after(1, () => this.#releaseLink(link));
	}

	#release(isMeant: (link: Link) => boolean): void {
		for (const link of this.#links.values()) {
			if (link.held.length > 0 && isMeant(link))
				this.#queue.after(this.#delayUs(link.from, link.at), () => this.#releaseLink(link));
		}
	}

	#releaseLink(link: Link): void {
		while (link.isOpen && !link.isPaused && link.held.length > 0 && !this.#isBlocked(link.from, link.at))
			this.#deliver(link, link.held.shift() as Item);
	}
}

const placesMax = 64;
