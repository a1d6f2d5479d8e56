import { Ensemble } from "../../ci/ensembles/ensemble.js";
import { type MemberHost, Namespaces } from "../../ci/ensembles/namespaces.js";
import type { Address } from "../../conformance/client/connection.js";
import { BenchProcess } from "./bench-process.js";

export const workerNames = ["north", "south"] as const;
type WorkerName = (typeof workerNames)[number];

const servers = 3;
/** Silence after which a process is lost. */
const usualSession = "5s";

/**
 * Six hosts of one network: an Apache ZooKeeper as control, three bundled servers to be measured, and two for workers.
 * The coordinator runs on this machine, which is at the network as well.
 */
export class Hosts {
	readonly control: Ensemble;
	readonly #target: Ensemble;
	readonly #network: Namespaces;
	readonly #workers: Readonly<Record<WorkerName, MemberHost>>;

	static async create(): Promise<Hosts> {
		const network = await Namespaces.create(1 + servers + workerNames.length);
		const [first, ...others] = network.hosts;
		const [control, target] = await Promise.all([
			Ensemble.create([{ kind: "apache-3.8.0" }], { hosts: first === undefined ? [] : [first] }),
			Ensemble.create(Array(servers).fill({ kind: "ours" }), { hosts: others.slice(0, servers) }),
		]);
		const [north, south] = others.slice(servers);
		if (north === undefined || south === undefined) throw new Error("there are too few hosts");
		return new Hosts(network, control, target, { north, south });
	}

	private constructor(
		network: Namespaces,
		control: Ensemble,
		target: Ensemble,
		workers: Readonly<Record<WorkerName, MemberHost>>,
	) {
		this.#network = network;
		this.control = control;
		this.#target = target;
		this.#workers = workers;
	}

	async start(): Promise<void> {
		this.control.startAll();
		this.#target.startAll();
		await Promise.all([this.control.serving(), this.#target.serving()]);
	}

	worker(name: WorkerName, session = usualSession): BenchProcess {
		const args = ["worker", ...this.#controlArgs(session), "--name", name];
		return new BenchProcess(`worker ${name}`, this.#workers[name].prefix, args);
	}

	/** Measures the bundled servers with the load of all workers. */
	coordinator(args: readonly string[], session = usualSession): BenchProcess {
		const own = ["coordinate", ...this.#controlArgs(session), "--workers", `${workerNames.length}`];
		return new BenchProcess("the coordinator", [], [...own, ...this.#targetArgs(), ...args]);
	}

	/** Measures the bundled servers by one process of the host of the first worker. */
	alone(args: readonly string[]): BenchProcess {
		return new BenchProcess("the lone benchmark", this.#workers.north.prefix, [...this.#targetArgs(), ...args]);
	}

	/** Once everybody else that was started there has ended. */
	async remove(): Promise<void> {
		await Promise.all([this.control.remove(), this.#target.remove()]);
		await this.#network.remove();
	}

	#controlArgs(session: string): readonly string[] {
		return ["--control", listed(this.control.addresses), "--control-session", session];
	}

	#targetArgs(): readonly string[] {
		return ["--target", listed(this.#target.addresses)];
	}
}

function listed(addresses: readonly Address[]): string {
	return addresses.map(({ host, port }) => `${host}:${port}`).join(",");
}
