import { FrameSplitter } from "../lib/frame-splitter.js";
import { limits } from "../lib/limits.js";
import { Writer } from "../lib/writer.js";
import type { LinkId, ServerId } from "../model/ids.js";
import type { PeerEffects } from "./contract.js";
import { encodeInitialMessage, type InitialMessage, readInitialMessage } from "./initial-message.js";
import { describeEndpoint, type Endpoint, maybeEndpoint } from "./member.js";

export type ElectionLinkEffects = Pick<PeerEffects, "connect" | "send" | "close">;

export interface ElectionLinkParts {
	readonly id: ServerId;
	readonly connectTimeoutMs: number;
	readonly effects: ElectionLinkEffects;
	/** Where the others find this server's election port. */
	own(): Endpoint;
	/** The election port of a server; undefined: it does not belong to the ensemble. */
	addressOf(id: ServerId): Endpoint | undefined;
	/** `bytes`: one message. False: it is garbage. */
	received(from: ServerId, bytes: Uint8Array): boolean;
	/** Something is wrong with whoever is at this address. */
	trouble(address: string, reason: string): void;
}

/** What there is between this server and another. */
interface Peer {
	readonly id: ServerId;
	readonly address: Endpoint;
	/** The newest message while there is no link: an older one says nothing any more. */
	waiting: Uint8Array | undefined;
	last: Uint8Array | undefined;
	link: PeerLink;
	/** How often it opened a link though there was one, since when. */
	calls: { readonly sinceMs: number; readonly count: number };
}

type PeerLink =
	| { readonly type: "none" }
	| { readonly type: "dialling"; readonly link: LinkId; readonly untilMs: number }
	/** It has been told to dial back: the larger id of two dials. */
	| { readonly type: "called"; readonly untilMs: number }
	| { readonly type: "up"; readonly link: LinkId };

type Link =
	/** Opened from the other side; who it is has not arrived yet. */
	| { readonly type: "stranger"; readonly address: string; bytes: Uint8Array; readonly untilMs: number }
	| { readonly type: "peer"; readonly peer: Peer; readonly address: string; readonly splitter: FrameSplitter };

type Introduced = Extract<InitialMessage, { type: "from" }>;

const none: PeerLink = { type: "none" };

/** A server that finds its link dead calls again; so often in this time it is two that push each other out. */
const callsMax = 5;
const callsWindowMs = 10_000;

/** The links of an election: one for each other server, opened by the larger id of the two when one has something to say. */
export class ElectionLinks {
	readonly #parts: ElectionLinkParts;
	readonly #peers = new Map<ServerId, Peer>();
	readonly #links = new Map<LinkId, Link>();
	/** Undefined: to be computed anew. It is asked for after every event of a member, and seldom another one. */
	#deadlineMs: number | undefined;

	constructor(parts: ElectionLinkParts) {
		this.#parts = parts;
	}

	has(link: LinkId): boolean {
		return this.#links.has(link);
	}

	/** It has a link, or may have one soon. */
	isReachable(id: ServerId): boolean {
		return (this.#peers.get(id)?.link.type ?? "none") !== "none";
	}

	/** When `timePassed` wants to be called. */
	get deadlineMs(): number {
		this.#deadlineMs ??= this.#earliestMs();
		return this.#deadlineMs;
	}

	/** `message` is framed here. One that can not leave yet is replaced by the next one. */
	send(to: ServerId, message: Uint8Array, nowMs: number): void {
		this.#deadlineMs = undefined;
		const peer = this.#maybePeer(to);
		if (peer === undefined) return;
		peer.waiting = new Writer(4 + message.length).buffer(message).bytes();
		if (peer.link.type === "up") this.#deliver(peer, peer.link.link);
		else if (peer.link.type === "none") this.#dial(peer, nowMs);
	}

	opened(link: LinkId, address: string, nowMs: number): void {
		this.#deadlineMs = undefined;
		const strangers = [...this.#links.values()].filter(({ type }) => type === "stranger").length;
		if (strangers >= limits.electionStrangersMax) {
			this.#parts.trouble(address, "too many links to the election port that say nothing");
			this.#parts.effects.close(link);
			return;
		}
		const untilMs = nowMs + this.#parts.connectTimeoutMs;
		this.#links.set(link, { type: "stranger", address, bytes: new Uint8Array(), untilMs });
	}

	connected(link: LinkId, nowMs: number): void {
		this.#deadlineMs = undefined;
		const known = this.#links.get(link);
		if (known?.type !== "peer") return;
		const { peer } = known;
		const { id, effects, connectTimeoutMs } = this.#parts;
		const { host, port } = this.#parts.own();
		effects.send(link, encodeInitialMessage(id, describeEndpoint(host, port)));
		if (peer.id < id) this.#up(peer, link);
		else {
			this.#drop(link);
			peer.link = { type: "called", untilMs: nowMs + connectTimeoutMs };
		}
	}

	received(link: LinkId, bytes: Uint8Array, nowMs: number): void {
		this.#deadlineMs = undefined;
		const known = this.#links.get(link);
		if (known?.type === "peer") this.#take(link, known, bytes);
		if (known?.type !== "stranger") return;
		known.bytes = joined(known.bytes, bytes);
		const initial = readInitialMessage(known.bytes);
		if (initial.type === "partial") return;
		const trouble =
			initial.type === "invalid"
				? `${initial.reason} on the election port`
				: this.#meet(link, known.address, initial, nowMs);
		if (trouble !== undefined) this.#refuse(link, known.address, trouble);
	}

	closed(link: LinkId): void {
		this.#deadlineMs = undefined;
		const known = this.#links.get(link);
		this.#links.delete(link);
		if (known?.type === "peer" && isOf(known.peer.link, link)) known.peer.link = none;
	}

	timePassed(nowMs: number): void {
		this.#deadlineMs = undefined;
		for (const [link, known] of this.#links) {
			if (known.type !== "stranger" || nowMs < known.untilMs) continue;
			this.#drop(link);
		}
		for (const peer of this.#peers.values()) {
			if (!("untilMs" in peer.link) || nowMs < peer.link.untilMs) continue;
			this.#end(peer);
		}
	}

	/** The configuration has changed: links to those that are gone or have moved end. */
	addressesChanged(): void {
		this.#deadlineMs = undefined;
		for (const peer of this.#peers.values()) {
			const address = this.#parts.addressOf(peer.id);
			if (address !== undefined && sameEndpoint(address, peer.address)) continue;
			this.#end(peer);
			this.#peers.delete(peer.id);
		}
	}

	#earliestMs(): number {
		let at = Number.POSITIVE_INFINITY;
		for (const { link } of this.#peers.values()) if ("untilMs" in link) at = Math.min(at, link.untilMs);
		for (const link of this.#links.values()) if (link.type === "stranger") at = Math.min(at, link.untilMs);
		return at;
	}

	#maybePeer(id: ServerId): Peer | undefined {
		const known = this.#peers.get(id);
		const address = known?.address ?? this.#parts.addressOf(id);
		return known !== undefined || address === undefined ? known : this.#add(id, address);
	}

	#add(id: ServerId, address: Endpoint): Peer {
		const calls = { sinceMs: 0, count: 0 };
		const peer: Peer = { id, address, waiting: undefined, last: undefined, link: none, calls };
		this.#peers.set(id, peer);
		return peer;
	}

	/** A server that wants to join the ensemble, or was removed from it, asks who leads: it says where it is answered. */
	#maybeOutsider(id: ServerId, text: string | undefined): Peer | undefined {
		const address = text === undefined ? undefined : maybeEndpoint(text);
		if (address === undefined || id < 0) return undefined;
		for (const peer of this.#peers.values()) {
			if (this.#parts.addressOf(peer.id) === undefined && peer.link.type === "none") this.#peers.delete(peer.id);
		}
		const outsiders = [...this.#peers.keys()].filter((of) => this.#parts.addressOf(of) === undefined).length;
		return outsiders >= limits.electionStrangersMax ? undefined : this.#add(id, address);
	}

	#dial(peer: Peer, nowMs: number): void {
		const { host, port } = peer.address;
		const link = this.#parts.effects.connect(host, port);
		peer.link = { type: "dialling", link, untilMs: nowMs + this.#parts.connectTimeoutMs };
		this.#links.set(link, peerLink(peer, describeEndpoint(host, port)));
	}

	/** Whoever opened this link has said who it is; returns why it may not stay. */
	#meet(link: LinkId, address: string, { id: from, addresses, rest }: Introduced, nowMs: number): string | undefined {
		const { id } = this.#parts;
		if (from === id) return `another server says it has this one's id ${id} (myid)`;
		const peer = this.#maybePeer(from) ?? this.#maybeOutsider(from, addresses[0]);
		if (peer === undefined) return `no server of this ensemble has the id ${from}`;
		if (peer.link.type === "up") this.#count(peer, address, nowMs);
		if (from < id) {
			this.#drop(link);
			// It would not call if it had a link: the one that we see is dead.
			if (peer.link.type === "up") this.#end(peer);
			if (peer.link.type === "none") this.#dial(peer, nowMs);
			return undefined;
		}
		this.#end(peer);
		const known = peerLink(peer, address);
		this.#links.set(link, known);
		this.#up(peer, link);
		this.#take(link, known, rest);
		return undefined;
	}

	#count(peer: Peer, address: string, nowMs: number): void {
		const { sinceMs, count } = peer.calls;
		const inWindow = nowMs < sinceMs + callsWindowMs;
		peer.calls = inWindow ? { sinceMs, count: count + 1 } : { sinceMs: nowMs, count: 1 };
		if (peer.calls.count < callsMax) return;
		this.#parts.trouble(address, `server ${peer.id} calls again and again: do two servers have this id (myid)?`);
	}

	#up(peer: Peer, link: LinkId): void {
		peer.link = { type: "up", link };
		// What was sent last may have been lost with the link before.
		peer.waiting ??= peer.last;
		this.#deliver(peer, link);
	}

	#deliver(peer: Peer, link: LinkId): void {
		if (peer.waiting === undefined) return;
		this.#parts.effects.send(link, peer.waiting);
		peer.last = peer.waiting;
		peer.waiting = undefined;
	}

	#take(link: LinkId, { peer, address, splitter }: Link & { type: "peer" }, bytes: Uint8Array): void {
		splitter.push(bytes);
		// The receiver may end the link.
		while (this.#links.has(link)) {
			const result = splitter.next();
			if (result.type === "partial") return;
			if (result.type === "frame" && result.body.length > 0) {
				if (this.#parts.received(peer.id, result.body)) continue;
				this.#parts.trouble(address, `server ${peer.id} sent ${result.body.length} bytes that are no vote`);
				continue;
			}
			const length = result.type === "frame" ? 0 : result.length;
			this.closed(link);
			this.#refuse(link, address, `server ${peer.id} sent a message of ${length} bytes on the election port`);
		}
	}

	#refuse(link: LinkId, address: string, reason: string): void {
		this.#parts.trouble(address, reason);
		this.#drop(link);
	}

	#end(peer: Peer): void {
		if ("link" in peer.link) this.#drop(peer.link.link);
		peer.link = none;
	}

	#drop(link: LinkId): void {
		this.#links.delete(link);
		this.#parts.effects.close(link);
	}
}

function peerLink(peer: Peer, address: string): Link & { type: "peer" } {
	return { type: "peer", peer, address, splitter: new FrameSplitter(limits.electionFrameBytesMax) };
}

const isOf = (of: PeerLink, link: LinkId): boolean => "link" in of && of.link === link;
const sameEndpoint = (a: Endpoint, b: Endpoint): boolean => a.host === b.host && a.port === b.port;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}
