import type { TcpNetConnectOpts } from "node:net";
import type { Network, NetworkEvent } from "../../reference/host/network.js";
import type { LinkId } from "../../reference/model/ids.js";
import { hostOf, type Place, ports, type Resident } from "../../reference/sim/sim-network.js";
import type { World } from "../../reference/sim/world.js";
import { SimulatedSocket } from "./simulated-socket.js";

/** The machine of a simulated world that stands for this process: where its sockets are. */
export class SimulatedClients implements Resident {
	readonly isOn = true;
	readonly place: Place;
	readonly #network: Network;
	readonly #sockets = new Map<LinkId, SimulatedSocket>();

	constructor(world: World) {
		this.place = world.freePlace;
		this.#network = world.network.portOf(this.place, () => undefined);
		world.network.settle(this.place, this);
	}

	listens(): boolean {
		return false;
	}

	take(event: NetworkEvent): void {
		const socket = this.#sockets.get(event.link);
		if (event.type === "connected") socket?.connected();
		if (event.type === "received") socket?.received(event.bytes);
		if (event.type === "closed") socket?.over();
	}

	/** To the client port of a server. */
	connect(server: Place, { allowHalfOpen = false }: TcpNetConnectOpts): SimulatedSocket {
		const link = this.#network.connect(hostOf(server), ports.client);
		const socket = new SimulatedSocket(this.#network, link, allowHalfOpen);
		this.#sockets.set(link, socket);
		socket.once("close", () => this.#sockets.delete(link));
		return socket;
	}

	end(): void {
		for (const socket of this.#sockets.values()) socket.destroy();
	}
}
