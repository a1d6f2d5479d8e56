import type { NetworkEvent } from "../../reference/host/network.js";
import { FrameSplitter } from "../../reference/lib/frame-splitter.js";
import type { LinkId, ServerId } from "../../reference/model/ids.js";
import { NodeNetwork } from "../../reference/runtime/node-network.js";
import type { PeerTimings } from "../../reference/zab/contract.js";
import { type Decided, Elector } from "../../reference/zab/elector.js";
import type { EnsembleConfig } from "../../reference/zab/ensemble-config.js";
import { readInitialMessage } from "../../reference/zab/initial-message.js";
import { Membership } from "../../reference/zab/membership.js";

/** A message that came over an election link, as it came. */
export interface HeardMessage {
	readonly type: "initial" | "notification";
	readonly bytes: Uint8Array;
}

interface Tap {
	/** Until the link's initial message is there. */
	opening: Uint8Array | undefined;
	readonly splitter: FrameSplitter;
}

/** The bundled server's part in elections, on real sockets, without the rest of a server. */
export class ElectorMember {
	readonly elector: Elector;
	readonly decided: Decided[] = [];
	readonly notes: string[] = [];
	readonly heard: HeardMessage[] = [];
	readonly #network: NodeNetwork;
	readonly #taps = new Map<LinkId, Tap>();
	#timer: NodeJS.Timeout | undefined;

	constructor(id: ServerId, config: EnsembleConfig, timings: PeerTimings) {
		this.#network = new NodeNetwork((event) => this.#take(event), timings.connectTimeoutMs);
		this.elector = new Elector({
			...{ id, timings, later: () => undefined, heard: () => undefined },
			membership: new Membership({
				id,
				config,
				settledConfig: undefined,
				reconfigEnabled: false,
				changed: () => undefined,
			}),
			effects: {
				connect: (host, port) => this.#tapped(this.#network.connect(host, port)),
				send: (link, bytes) => this.#network.send(link, bytes),
				close: (link) => this.#network.close(link),
				note: (line) => this.notes.push(line),
			},
		});
		const port = config.members.get(id)?.addresses[0].electionPort ?? 0;
		const events = { onPort: () => undefined, onError: (error: Error) => this.notes.push(error.message) };
		this.#network.listen("election", { port, host: "127.0.0.1", backlog: 50, attempts: 3 }, events);
	}

	start(own: Parameters<Elector["start"]>[0]): void {
		this.elector.start(own, "the check wants it", performance.now());
		this.#settle();
	}

	end(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#network.shutDown();
	}

	#tapped(link: LinkId): LinkId {
		this.#taps.set(link, { opening: undefined, splitter: new FrameSplitter(1 << 20) });
		return link;
	}

	#take(event: NetworkEvent): void {
		const nowMs = performance.now();
		const { link } = event;
		if (event.type === "received") {
			this.#listen(link, event.bytes);
			this.elector.received(link, event.bytes, nowMs);
		} else if (event.type === "opened") {
			this.#taps.set(link, { opening: new Uint8Array(), splitter: new FrameSplitter(1 << 20) });
			this.elector.opened(link, event.address, nowMs);
		} else if (event.type === "connected") this.elector.connected(link, nowMs);
		else this.elector.closed(link, nowMs);
		this.#settle();
	}

	#listen(link: LinkId, bytes: Uint8Array): void {
		const tap = this.#taps.get(link);
		if (tap === undefined) return;
		tap.splitter.push(tap.opening === undefined ? bytes : this.#open(tap, tap.opening, bytes));
		for (let frame = tap.splitter.next(); frame.type === "frame"; frame = tap.splitter.next()) {
			this.heard.push({ type: "notification", bytes: Uint8Array.from(frame.body) });
		}
	}

	/** Returns what follows the initial message. */
	#open(tap: Tap, before: Uint8Array, more: Uint8Array): Uint8Array {
		tap.opening = Uint8Array.from([...before, ...more]);
		const initial = readInitialMessage(tap.opening);
		if (initial.type !== "from") return new Uint8Array();
		const length = tap.opening.length - initial.rest.length;
		this.heard.push({ type: "initial", bytes: tap.opening.slice(0, length) });
		tap.opening = undefined;
		return initial.rest;
	}

	#settle(): void {
		const decided = this.elector.takeDecided();
		if (decided !== undefined) this.decided.push(decided);
		clearTimeout(this.#timer);
		const inMs = this.elector.deadlineMs - performance.now();
		if (!Number.isFinite(inMs)) return;
		this.#timer = setTimeout(() => this.#timePassed(), Math.max(0, Math.ceil(inMs)));
	}

	#timePassed(): void {
		this.elector.timePassed(performance.now());
		this.#settle();
	}
}
