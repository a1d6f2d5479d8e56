import { epoch, type LinkId, linkId, type ServerId, zxid } from "../../model/ids.js";
import type { PeerTimings } from "../contract.js";
import { type Decided, Elector } from "../elector.js";
import { type EnsembleConfig, parseConfigText } from "../ensemble-config.js";
import { Membership } from "../membership.js";
import { quorumOf } from "../quorum.js";

export const timings: PeerTimings = {
	tickMs: 2000,
	initLimit: 10,
	syncLimit: 5,
	finalizeWaitMs: 200,
	notificationMsMin: 200,
	notificationMsMax: 60_000,
	connectTimeoutMs: 5000,
};

/** Servers 1 to `voters`, then the observers; the election port of each is 3000 + id. */
export function ensemble(voters: number, observers = 0, more = ""): EnsembleConfig {
	const lines = [more];
	for (let id = 1; id <= voters + observers; id++) {
		lines.push(`server.${id}=s${id}:${2000 + id}:${3000 + id}:${id > voters ? "observer" : "participant"}`);
	}
	return parseConfigText(lines.join("\n"));
}

/** One end of a link. */
interface End {
	readonly owner: Server;
	/** Undefined: nobody has accepted it. */
	other: LinkId | undefined;
	/** Bytes that were sent first arrive first. */
	arrivesAtMs: number;
}

interface Server {
	readonly id: ServerId;
	elector: Elector;
	up: boolean;
	zxid: number;
	readonly decided: Decided[];
	readonly notes: string[];
}

/** Electors on a network in memory, on virtual time. `random`: from 0 below 1. */
export class ElectionWorld {
	readonly servers = new Map<number, Server>();
	readonly config: EnsembleConfig;
	/** Of each piece of bytes, in ms. */
	latencyMs: () => number = () => 1;
	/** Packets to and from these are lost without a word. */
	readonly silent = new Set<number>();
	readonly #ends = new Map<LinkId, End>();
	#events: { readonly atMs: number; readonly act: () => void }[] = [];
	#links = 0;
	nowMs = 1000;

	constructor(config: EnsembleConfig) {
		this.config = config;
		for (const id of config.members.keys()) this.servers.set(id, this.#make(id));
	}

	server(id: number): Server {
		const server = this.servers.get(id);
		if (server === undefined) throw new Error(`no server ${id}`);
		return server;
	}

	/** Starts servers, or lets them look again. */
	look(...ids: readonly number[]): void {
		for (const id of ids) {
			const server = this.server(id);
			if (!server.up) server.elector = this.#elector(server);
			server.up = true;
			server.elector.start({ zxid: zxid(server.zxid), peerEpoch: epoch(0) }, "the test wants it", this.nowMs);
			this.#settle(server);
		}
	}

	kill(id: number): void {
		const server = this.server(id);
		server.up = false;
		for (const [link, end] of [...this.#ends]) if (end.owner === server) this.#end(link);
	}

	/** Breaks every link between two servers. */
	cut(a: number, b: number): void {
		for (const [link, { owner, other }] of [...this.#ends]) {
			const peer = other === undefined ? undefined : this.#ends.get(other);
			if (owner.id !== a || peer?.owner.id !== b || other === undefined) continue;
			for (const end of [link, other]) this.#at(0, () => this.#tell(end, (elector) => elector.closed(end, this.nowMs)));
			this.#at(0, () => void [link, other].map((end) => this.#ends.delete(end)));
		}
	}

	/** A client without manners: connects to a server's election port and sends these bytes. */
	inject(to: number, bytes: Uint8Array): void {
		const link = linkId(++this.#links);
		const owner = this.server(to);
		this.#ends.set(link, { owner, other: undefined, arrivesAtMs: 0 });
		owner.elector.opened(link, "10.9.9.9:5555", this.nowMs);
		owner.elector.received(link, bytes, this.nowMs);
		this.#settle(owner);
	}

	/** Lets time pass; stops early when `until` holds, which it returns. */
	run(forMs: number, until: () => boolean = () => false): boolean {
		const endMs = this.nowMs + forMs;
		while (!until()) {
			const next = this.#nextMs();
			if (next > endMs) break;
			this.nowMs = Math.max(this.nowMs, next);
			this.#step();
		}
		if (!until()) this.nowMs = endMs;
		return until();
	}

	/** Who leads according to each server that is up; 0: it is looking. */
	leaders(): number[] {
		return [...this.servers.values()]
			.filter(({ up }) => up)
			.map(({ elector, decided }) => (elector.state === "looking" ? 0 : (decided.at(-1)?.leader ?? 0)));
	}

	agreesOn(leader: number): boolean {
		return this.leaders().every((one) => one === leader);
	}

	/** Whether a quorum of those that are up follow a leader that leads. */
	maybeLeader(): number | undefined {
		for (const { id, up, elector } of this.servers.values()) {
			if (!up || elector.state !== "leading") continue;
			const followers = [...this.servers.values()].filter(
				(one) => one.up && one.elector.state !== "looking" && one.decided.at(-1)?.leader === id,
			);
			if (quorumOf(this.config).isQuorum(new Set(followers.map((one) => one.id)))) return id;
		}
		return undefined;
	}

	#nextMs(): number {
		let next = this.#events[0]?.atMs ?? Number.POSITIVE_INFINITY;
		for (const { up, elector } of this.servers.values()) if (up) next = Math.min(next, elector.deadlineMs);
		return next;
	}

	#step(): void {
		while (this.#events[0] !== undefined && this.#events[0].atMs <= this.nowMs) this.#events.shift()?.act();
		for (const server of this.servers.values()) {
			if (!server.up || server.elector.deadlineMs > this.nowMs) continue;
			server.elector.timePassed(this.nowMs);
			this.#settle(server);
		}
	}

	#settle(server: Server): void {
		const decided = server.elector.takeDecided();
		if (decided !== undefined) server.decided.push(decided);
	}

	#at(inMs: number, act: () => void): void {
		const atMs = this.nowMs + inMs;
		const after = this.#events.findIndex((event) => event.atMs > atMs);
		this.#events.splice(after < 0 ? this.#events.length : after, 0, { atMs, act });
	}

	#make(id: ServerId): Server {
		const server = { id, up: false, zxid: 0, decided: [], notes: [] } as Omit<Server, "elector">;
		return Object.assign(server, { elector: this.#elector(server) });
	}

	#elector(server: Omit<Server, "elector">): Elector {
		return new Elector({
			id: server.id,
			membership: fixedMembership(server.id, this.config),
			later: () => undefined,
			heard: () => undefined,
			timings,
			effects: {
				connect: (_host, port) => this.#connect(server as Server, port - 3000),
				send: (link, bytes) => this.#send(link, bytes.slice()),
				close: (link) => this.#end(link),
				note: (line) => server.notes.push(line),
			},
		});
	}

	#connect(owner: Server, to: number): LinkId {
		const link = linkId(++this.#links);
		this.#ends.set(link, { owner, other: undefined, arrivesAtMs: 0 });
		this.#at(this.latencyMs(), () => this.#accept(link, this.server(to)));
		return link;
	}

	#accept(link: LinkId, target: Server): void {
		const end = this.#ends.get(link);
		if (end === undefined || this.silent.has(target.id) || this.silent.has(end.owner.id)) return;
		if (!target.up) {
			this.#tell(link, (elector) => elector.closed(link, this.nowMs));
			this.#ends.delete(link);
			return;
		}
		const other = linkId(++this.#links);
		end.other = other;
		this.#ends.set(other, { owner: target, other: link, arrivesAtMs: 0 });
		this.#tell(other, (elector) => elector.opened(other, `s${end.owner.id}:40000`, this.nowMs));
		this.#tell(link, (elector) => elector.connected(link, this.nowMs));
	}

	#send(link: LinkId, bytes: Uint8Array): void {
		this.#carry(link, (other) => this.#tell(other, (elector) => elector.received(other, bytes, this.nowMs)));
	}

	/** What was sent still arrives, then the end. */
	#end(link: LinkId): void {
		this.#carry(link, (other) => {
			this.#tell(other, (elector) => elector.closed(other, this.nowMs));
			this.#ends.delete(other);
		});
		this.#ends.delete(link);
	}

	#carry(link: LinkId, act: (other: LinkId) => void): void {
		const end = this.#ends.get(link);
		const other = end?.other;
		if (end === undefined || other === undefined || this.silent.has(end.owner.id)) return;
		end.arrivesAtMs = Math.max(end.arrivesAtMs, this.nowMs + this.latencyMs());
		this.#at(end.arrivesAtMs - this.nowMs, () => act(other));
	}

	#tell(link: LinkId, act: (elector: Elector) => void): void {
		const owner = this.#ends.get(link)?.owner;
		if (owner === undefined || !owner.up || this.silent.has(owner.id)) return;
		act(owner.elector);
		this.#settle(owner);
	}
}

/** An ensemble that stays as it is. */
export function fixedMembership(id: ServerId, config: EnsembleConfig): Membership {
	return new Membership({ id, config, settledConfig: undefined, reconfigEnabled: false, changed: () => undefined });
}
