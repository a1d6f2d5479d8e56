import { ByteProxy } from "./byte-proxy.js";
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
	readonly doors: readonly { readonly port: number; readonly proxy: ByteProxy }[];
}

/** Everything between the servers of an ensemble: one proxy for each port of each server and each other that connects. */
export class MemberLinks {
	readonly #links: readonly Link[];

	static async open(members: readonly MemberPorts[]): Promise<MemberLinks> {
		const pairs = members.flatMap((from) => members.filter((to) => to !== from).map((to) => [from, to] as const));
		const links = pairs.map(async ([from, to]): Promise<Link> => {
			const doors = [to.quorum, to.election].map(async (port) => ({ port, proxy: await open(port) }));
			return { from: from.id, to: to.id, doors: await Promise.all(doors) };
		});
		return new MemberLinks(await Promise.all(links));
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

const open = (port: number): Promise<ByteProxy> => ByteProxy.open({ host: "127.0.0.1", port });

function hold({ doors }: Link, directions: readonly Direction[]): void {
	for (const { proxy } of doors) proxy.hold(directions);
}
