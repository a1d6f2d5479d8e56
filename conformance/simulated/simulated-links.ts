import type { Network, NetworkEvent } from "../../reference/host/network.js";
import type { LinkId } from "../../reference/model/ids.js";
import { hostOf, ports, type Resident } from "../../reference/sim/sim-network.js";
import { FrameInbox } from "../client/frame-inbox.js";
import type { Link, LinkListener } from "../workload/platform.js";

interface Ends {
	readonly listener: LinkListener;
	readonly inbox: FrameInbox;
}

/** A machine of the simulated network on which all clients of a workload run. */
export class SimulatedLinks implements Resident {
	readonly isOn = true;
	readonly #network: Network;
	readonly #open = new Map<LinkId, Ends>();

	constructor(network: Network) {
		this.#network = network;
	}

	listens(): boolean {
		return false;
	}

	/** To a server by its place, which counts from 1. */
	connect(place: number, listener: LinkListener): Link {
		const network = this.#network;
		const id = network.connect(hostOf(place), ports.client);
		this.#open.set(id, { listener, inbox: new FrameInbox() });
		return {
			send: (body) => {
				if (this.#open.has(id)) network.send(id, framed(body));
			},
			close: () => {
				if (this.#open.delete(id)) network.close(id);
			},
		};
	}

	take(event: NetworkEvent): void {
		const ends = this.#open.get(event.link);
		if (ends === undefined) return;
		if (event.type === "connected") ends.listener.opened();
		if (event.type === "received") this.#received(event.link, ends, event.bytes);
		if (event.type !== "closed") return;
		this.#open.delete(event.link);
		ends.listener.closed();
	}

	#received(id: LinkId, { listener, inbox }: Ends, bytes: Uint8Array): void {
		for (const { bytes: body } of inbox.add(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0)) {
			inbox.take();
			if (!this.#open.has(id)) return;
			listener.message(body);
		}
	}
}

function framed(body: Uint8Array): Uint8Array {
	const bytes = Buffer.allocUnsafe(4 + body.length);
	bytes.writeInt32BE(body.length);
	bytes.set(body, 4);
	return bytes;
}
