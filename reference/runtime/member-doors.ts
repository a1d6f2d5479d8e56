import type { Door } from "../host/network.js";
import { describeEndpoint, type Member } from "../zab/member.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import type { DoorPlace } from "./listener.js";
import type { NodeNetwork } from "./node-network.js";
import { type ClientDoorSettings, clientDoor, defaultBacklog } from "./server-parts.js";
import type { Settings } from "./settings.js";

export type DoorSettings = ClientDoorSettings & Pick<Settings, "quorumListenOnAllIps" | "electionPortBindRetry">;

export interface MemberDoorsParts {
	readonly settings: DoorSettings;
	readonly network: Pick<NodeNetwork, "listen">;
	/** At the start: a member without its doors is of no use. */
	failed(exitCode: ExitCode, message: string): void;
	/** Later: what there is goes on. */
	onNote(line: string): void;
	onClientPort(port: number): void;
}

const doorNames = ["election", "quorum", "client"] as const;

/** The ports of a member, which follow its server line. */
export class MemberDoors {
	readonly #parts: MemberDoorsParts;
	readonly #places = new Map<Door, DoorPlace>();

	constructor(parts: MemberDoorsParts) {
		this.#parts = parts;
	}

	/** `opened` is called once all doors are open: the port for clients is known then. */
	open(own: Member, opened: () => void): void {
		const waiting = new Set<Door>(doorNames);
		for (const door of doorNames) {
			const exitCode = door === "client" ? exitCodes.unexpected : exitCodes.quorumPort;
			this.#listen(door, this.#placeOf(door, own), {
				onOpen: () => {
					waiting.delete(door);
					if (waiting.size === 0) opened();
				},
				onError: (message) => this.#parts.failed(exitCode, message),
			});
		}
	}

	/** Where the line names other ports than before, these are listened on instead. Links that there are stay. */
	follow(own: Member): void {
		for (const door of doorNames) {
			const place = this.#placeOf(door, own);
			const before = this.#places.get(door);
			if (before === undefined || (place.host === before.host && place.port === before.port)) continue;
			const where = describeEndpoint(place.host ?? "*", place.port);
			this.#listen(door, place, {
				onOpen: () => this.#parts.onNote(`the ${door} port is ${where} from now on`),
				onError: (message) => this.#parts.onNote(message),
			});
		}
	}

	#listen(door: Door, place: DoorPlace, events: { onOpen(): void; onError(message: string): void }): void {
		const where = describeEndpoint(place.host ?? "*", place.port);
		this.#places.set(door, place);
		this.#parts.network.listen(door, place, {
			onPort: (port) => {
				if (door === "client") this.#parts.onClientPort(port);
				events.onOpen();
			},
			onError: ({ message }) => events.onError(`can not listen on ${where}, the ${door} port: ${message}`),
		});
	}

	#placeOf(door: (typeof doorNames)[number], { addresses, client }: Member): DoorPlace {
		const { settings } = this.#parts;
		const [{ host, quorumPort, electionPort }] = addresses;
		if (door === "election") return quorumDoor(settings, host, electionPort);
		if (door === "quorum") return quorumDoor(settings, host, quorumPort);
		const place = clientDoor(settings);
		return client === undefined ? place : { ...place, port: client.port, host: anywhere(client.host) };
	}
}

const anywhere = (host: string): string | undefined => (host === "0.0.0.0" ? undefined : host);

function quorumDoor(
	{ quorumListenOnAllIps, electionPortBindRetry }: DoorSettings,
	host: string,
	port: number,
): DoorPlace {
	return {
		port,
		host: quorumListenOnAllIps ? undefined : anywhere(host),
		backlog: defaultBacklog,
		attempts: electionPortBindRetry === 0 ? Number.POSITIVE_INFINITY : electionPortBindRetry,
	};
}
