import { execFile, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { networkInterfaces } from "node:os";
import { promisify } from "node:util";
import { entrust } from "../../conformance/drivers/reaper.js";

/** Where a server runs: its own address, and what stands before its command line. */
export interface MemberHost {
	readonly host: string;
	readonly prefix: readonly string[];
}

const run = promisify(execFile);
const ip = async (...args: readonly string[]): Promise<void> => {
	await run("ip", args);
};

/** Nobody has this address: what is sent there is lost without a word. */
const nowhere = "02:00:00:00:00:fe";
const undoTimeoutMs = 5000;

/** Why there can be no network namespaces here, if there can not. */
export function namespacesUnavailable(): string | undefined {
	if (process.platform !== "linux") return "network namespaces are Linux's";
	if (process.getuid?.() !== 0) return "network namespaces take root";
	if (spawnSync("ip", ["-V"]).status !== 0) return "the program ip is missing";
	const name = `${ownPrefix(process.pid)}${suffix()}`;
	const tried = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
	if (tried.status !== 0) return `a network namespace can not be made: ${tried.stderr.trim()}`;
	spawnSync("ip", ["netns", "del", name]);
	return undefined;
}

/** How the names of all namespaces begin that a process makes: others of this machine come and go beside them. */
export function ownPrefix(pid: number): string {
	return `zkspec-${pidText(pid)}`;
}

/** With `zkv-`, this, and the number of a server a name of 15 characters, the longest that Linux gives a device. */
const suffix = (): string =>
	randomInt(36 ** 4)
		.toString(36)
		.padStart(4, "0");
const pidText = (pid: number): string => pid.toString(36).padStart(5, "0");

/**
 * A network of hosts on this machine, one for each server, joined by a bridge that this machine is at too. A partition is an
 * address that nobody has in the tables of who may not reach whom: no packet arrives, and nobody is told. Everything goes
 * with this process.
 */
export class Namespaces {
	readonly hosts: readonly MemberHost[];
	readonly #names: readonly string[];
	readonly #bridge: string;
	readonly #blocked = new Set<string>();
	readonly #spared: (() => void)[] = [];

	/** @throws Error with what `ip` says */
	static async create(count: number): Promise<Namespaces> {
		const network = new Namespaces(count);
		try {
			await network.#build();
		} catch (error) {
			await network.remove();
			throw error;
		}
		return network;
	}

	private constructor(count: number) {
		const own = `${pidText(process.pid)}${suffix()}`;
		const prefix = freePrefix();
		this.#bridge = `zkb-${own}`;
		this.#names = Array.from({ length: count }, (_, i) => `zkspec-${own}-${i + 1}`);
		this.hosts = this.#names.map((name, i) => ({ host: `${prefix}.${i + 1}`, prefix: ["ip", "netns", "exec", name] }));
		for (const args of [["link", "del", this.#bridge], ...this.#names.map((name) => ["netns", "del", name])])
			this.#spared.push(entrust({ type: "command", file: "ip", args, timeoutMs: undoTimeoutMs }));
	}

	/** Who is in no group is alone. */
	async partition(groups: readonly (readonly number[])[]): Promise<void> {
		const ids = this.hosts.map((_, i) => i + 1);
		const sideOf = (id: number): readonly number[] => groups.find((group) => group.includes(id)) ?? [id];
		for (const from of ids) for (const to of ids) if (!sideOf(from).includes(to)) await this.oneWay(from, to);
	}

	/** Nothing that the first sends arrives at the second. */
	async oneWay(from: number, to: number): Promise<void> {
		this.#blocked.add(`${from} ${to}`);
		await this.#inside(
			from,
			"neigh",
			"replace",
			this.#hostOf(to),
			"lladdr",
			nowhere,
			"dev",
			"eth0",
			"nud",
			"permanent",
		);
	}

	async heal(): Promise<void> {
		for (const pair of this.#blocked) {
			const [from = 0, to = 0] = pair.split(" ").map(Number);
			await this.#inside(from, "neigh", "del", this.#hostOf(to), "dev", "eth0");
			this.#blocked.delete(pair);
		}
	}

	/** Once no process is left in it. */
	async remove(): Promise<void> {
		for (const args of [...this.#names.map((name) => ["netns", "del", name]), ["link", "del", this.#bridge]])
			spawnSync("ip", args, { stdio: "ignore" });
		for (const spared of this.#spared) spared();
	}

	async #build(): Promise<void> {
		const gateway = this.#hostOf(1).replace(/\d+$/, "254");
		await ip("link", "add", this.#bridge, "type", "bridge");
		await ip("addr", "add", `${gateway}/24`, "dev", this.#bridge);
		await ip("link", "set", this.#bridge, "up");
		for (const [i, name] of this.#names.entries()) {
			const outside = `${this.#bridge.replace("zkb", "zkv")}${i + 1}`;
			await ip("netns", "add", name);
			await ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", name);
			await ip("link", "set", outside, "master", this.#bridge, "up");
			await this.#inside(i + 1, "addr", "add", `${this.#hostOf(i + 1)}/24`, "dev", "eth0");
			for (const device of ["eth0", "lo"]) await this.#inside(i + 1, "link", "set", device, "up");
		}
	}

	#inside(id: number, ...args: readonly string[]): Promise<void> {
		return ip("-n", this.#names[id - 1] ?? "", ...args);
	}

	#hostOf(id: number): string {
		return this.hosts[id - 1]?.host ?? "";
	}
}

/** The first three numbers of addresses that nobody here is at. */
function freePrefix(): string {
	const taken = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
	for (;;) {
		const prefix = `10.${randomInt(100, 250)}.${randomInt(1, 250)}`;
		if (!taken.some((address) => address.startsWith(`${prefix}.`))) return prefix;
	}
}
