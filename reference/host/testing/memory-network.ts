import { type LinkId, linkId } from "../../model/ids.js";
import type { Door, Network, NetworkEvent } from "../network.js";

/** Who can be connected to. */
export interface Listener {
	doorOf(port: number): Door | undefined;
	take(event: NetworkEvent): void;
}

interface End {
	readonly take: (event: NetworkEvent) => void;
	/** The other end. */
	readonly other: LinkId;
	readonly place: string;
}

/** Links between members and clients in one process: everything arrives in order, one delivery after the other. */
export class MemoryNetwork {
	readonly #listeners = new Map<string, Listener>();
	readonly #ends = new Map<LinkId, End>();
	#deliveries: (() => void)[] = [];
	#links = 0;

	/** The network as a member at `place` sees it. */
	at(place: string, listener: Listener): Network {
		this.#listeners.set(place, listener);
		return {
			connect: (host, port) => this.connect(place, (event) => listener.take(event), host, port),
			send: (link, bytes) => this.send(link, bytes),
			close: (link) => this.close(link),
			pause() {},
			resume() {},
		};
	}

	connect(place: string, take: (event: NetworkEvent) => void, host: string, port: number): LinkId {
		const link = linkId(++this.#links);
		const other = linkId(++this.#links);
		this.#deliver(() => {
			const listener = this.#listeners.get(host);
			const door = listener?.doorOf(port);
			if (listener === undefined || door === undefined) return take({ type: "closed", link });
			this.#ends.set(link, { take, other, place });
			this.#ends.set(other, { take: (event) => listener.take(event), other: link, place: host });
			listener.take({ type: "opened", link: other, door, address: place, port });
			take({ type: "connected", link });
		});
		return link;
	}

	send(link: LinkId, bytes: Uint8Array): void {
		this.#deliver(() => {
			const end = this.#ends.get(link);
			if (end !== undefined) this.#ends.get(end.other)?.take({ type: "received", link: end.other, bytes });
		});
	}

	close(link: LinkId): void {
		this.#deliver(() => {
			const end = this.#ends.get(link);
			if (end === undefined) return;
			this.#ends.delete(link);
			this.#ends.get(end.other)?.take({ type: "closed", link: end.other });
			this.#ends.delete(end.other);
		});
	}

	/** Nobody is there any more: its links break. */
	leave(place: string): void {
		this.#listeners.delete(place);
		for (const [link, end] of this.#ends) if (end.place === place) this.close(link);
	}

	/** Delivers what was on its way; what follows from that comes next time. */
	pass(): void {
		const deliveries = this.#deliveries;
		this.#deliveries = [];
		for (const deliver of deliveries) deliver();
	}

	#deliver(delivery: () => void): void {
		this.#deliveries.push(delivery);
	}
}
