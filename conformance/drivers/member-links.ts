import { ByteProxy, type ByteProxyOptions } from "./byte-proxy.js";
import { otherPorts } from "./election-opening.js";
import type { Direction } from "./proxied-connection.js";

/** Where servers listen for each other, on the loopback address. */
export interface MemberPorts {
	readonly id: number;
	readonly quorum: number;
	readonly election: number;
}

/** The connections that one server opens to one other. */
interface Link {
	readonly from: number;
	readonly to: number;
	/** What `to` listens on, and what stands before that for `from`. */
	readonly doors: readonly Door[];
}

/** Everything between the servers of an ensemble: one proxy for each port of each server and each other that connects. */
export class MemberLinks {
	readonly #links: readonly Link[];

	/** @param reach `rewritten` where servers are told of each other's ports by each other, and not by `routesOf` alone */
	static async open(members: readonly MemberPorts[], reach?: "rewritten"): Promise<MemberLinks> {
		const links: Link[] = [];
		const all = new MemberLinks(links);
		for (const from of members) {
			for (const to of members) {
				if (from === to) continue;
				const portOf = (port: number): number => all.routesOf(to.id).get(port) ?? port;
				const election = reach === "rewritten" ? { translator: () => otherPorts(portOf) } : {};
				const doors = [await doorTo(to.quorum), await doorTo(to.election, election)];
				links.push({ from: from.id, to: to.id, doors });
			}
		}
		return all;
	}

	private constructor(links: readonly Link[]) {
		this.#links = links;
	}

	/** By the port that this server means: the one that it has to connect to instead. */
	routesOf(from: number): ReadonlyMap<number, number> {
		const doors = this.#links.filter((link) => link.from === from).flatMap((link) => link.doors);
		return new Map(doors.map(({ port, proxy }) => [port, proxy.address.port]));
	}

	/** Who is in no group is alone. Earlier partitions stay. */
	partition(groups: readonly (readonly number[])[]): void {
		const groupOf = (id: number): number => {
			const at = groups.findIndex((group) => group.includes(id));
			return at < 0 ? -id : at;
		};
		for (const link of this.#links) if (groupOf(link.from) !== groupOf(link.to)) hold(link, ["toServer", "toClient"]);
	}

	/** Nothing that the first says arrives at the second. */
	oneWay(from: number, to: number): void {
		for (const link of this.#links) {
			if (link.from === from && link.to === to) hold(link, ["toServer"]);
			if (link.from === to && link.to === from) hold(link, ["toClient"]);
		}
	}

	heal(): void {
		for (const { doors } of this.#links) for (const { proxy } of doors) proxy.release();
	}

	close(): void {
		for (const { doors } of this.#links) for (const { proxy } of doors) proxy.close();
	}
}

/**
 * A follower that knows of its election before its leader knows of its own comes to a port that is not open yet. It tries
 * again when it is refused, and looks for another leader when the connection ends.
 */
const patienceMs = 3000;

interface Door {
	readonly port: number;
	readonly proxy: ByteProxy;
}

async function doorTo(port: number, options: ByteProxyOptions = {}): Promise<Door> {
	return { port, proxy: await ByteProxy.open({ host: "127.0.0.1", port }, { patienceMs, ...options }) };
}

function hold({ doors }: Link, directions: readonly Direction[]): void {
	for (const { proxy } of doors) proxy.hold(directions);
}
