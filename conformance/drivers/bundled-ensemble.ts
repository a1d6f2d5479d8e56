import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundledSettings } from "./bundled.js";
import { BundledProcess, type ChildDisk } from "./bundled-process.js";
import { findFreePorts } from "./free-ports.js";
import { MemberLinks } from "./member-links.js";
import { entrust } from "./reaper.js";
import { makeTemporaryFolder } from "./temporary-folder.js";

export interface EnsembleOptions {
	/** How many vote; 3 if not given. */
	readonly servers?: number;
	readonly observers?: number;
	/** Keys of zoo.cfg beside or instead of `bundledSettings`. */
	readonly settings?: Readonly<Record<string, string>>;
	/** Disks that can be hurt, and networks between servers that can be parted; without, nothing stands in between. */
	readonly hurtable?: boolean;
}

/** Bundled servers that make up one ensemble, on the loopback address. */
export interface BundledEnsemble {
	/** Participants first; ids count from 1. */
	readonly members: readonly EnsembleMember[];
	/** `host:port,…` of all members. */
	readonly connectString: string;
	/** What is between them, if they are `hurtable`. */
	readonly links: MemberLinks | undefined;
	/** Of each of them, in zoo.cfg's words. */
	readonly settings: Readonly<Record<string, string>>;
	/** Who said last that it leads, and runs. */
	leader(): EnsembleMember | undefined;
	/** Ends all of them and removes their data. */
	stop(): Promise<void>;
}

const host = "127.0.0.1";
/** Ticks are short, and starting three processes on a busy machine is not. */
const ensembleSettings = { initLimit: "20", syncLimit: "10" };

/**
 * Starts an ensemble and waits until all its members serve.
 * @throws BundledStartError with what the member said that did not
 */
export async function startBundledEnsemble(options: EnsembleOptions = {}): Promise<BundledEnsemble> {
	const { servers = 3, observers = 0, settings = {}, hurtable = false } = options;
	const folder = makeTemporaryFolder("zkspec-ensemble");
	const seats = await seatsOf(servers, observers, folder.path);
	const all = { standaloneEnabled: "false", ...ensembleSettings, ...bundledSettings, ...settings };
	for (const seat of seats) writeFiles(seat, seats, all);
	const links = hurtable ? await MemberLinks.open(seats) : undefined;
	const members = seats.map((seat) => new EnsembleMember(seat, links?.routesOf(seat.id)));
	const stop = async (): Promise<void> => {
		await Promise.all(members.map((member) => member.kill("SIGTERM")));
		links?.close();
		folder.remove();
	};
	try {
		await Promise.all(members.map((member) => member.start()));
	} catch (error) {
		await stop();
		throw error;
	}
	const leader = (): EnsembleMember | undefined => members.find(({ role }) => role === "leader");
	const connectString = members.map(({ address }) => address).join(",");
	return { members, connectString, links, settings: all, leader, stop };
}

async function seatsOf(servers: number, observers: number, folder: string): Promise<Seat[]> {
	const ports = await findFreePorts(3 * (servers + observers));
	return Array.from({ length: servers + observers }, (_, i): Seat => {
		const [client = 0, quorum = 0, election = 0] = ports.slice(3 * i, 3 * i + 3);
		const role = i < servers ? "participant" : "observer";
		return { id: i + 1, role, client, quorum, election, folder: path.join(folder, String(i + 1)) };
	});
}

interface Seat {
	readonly id: number;
	readonly role: "participant" | "observer";
	readonly client: number;
	readonly quorum: number;
	readonly election: number;
	readonly folder: string;
}

function writeFiles(own: Seat, seats: readonly Seat[], settings: Readonly<Record<string, string>>): void {
	mkdirSync(own.folder);
	writeFileSync(path.join(own.folder, "myid"), String(own.id));
	const lines = [
		...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
		`dataDir=${own.folder}`,
		...seats.map(
			({ id, role, client, quorum, election }) =>
				`server.${id}=${host}:${quorum}:${election}:${role};${host}:${client}`,
		),
	];
	writeFileSync(path.join(own.folder, "zoo.cfg"), lines.join("\n"));
}

/** One server of a bundled ensemble, through all the processes that it is one after the other. */
export class EnsembleMember {
	readonly id: number;
	readonly host = host;
	readonly port: number;
	/** `host:port` */
	readonly address: string;
	readonly dataDir: string;
	readonly #seat: Seat;
	readonly votes: boolean;
	readonly #routes: ReadonlyMap<number, number> | undefined;
	readonly #earlierLog: string[] = [];
	#process: BundledProcess | undefined;

	/** @param routes where it comes out when it connects to a port; with any, its disk can be hurt too */
	constructor(seat: Seat, routes?: ReadonlyMap<number, number>) {
		this.#seat = seat;
		this.#routes = routes;
		this.votes = seat.role === "participant";
		this.id = seat.id;
		this.port = seat.client;
		this.address = `${host}:${seat.client}`;
		this.dataDir = seat.folder;
	}

	/** 0 while it does not run. */
	get pid(): number {
		return this.#process?.pid ?? 0;
	}

	/** Lines that it wrote to standard error, in all its lives. */
	get log(): readonly string[] {
		return [...this.#earlierLog, ...(this.#process?.log ?? [])];
	}

	/** What it said last that it serves as: leader, follower, observer; undefined while it does not serve. */
	get role(): string | undefined {
		const said = this.#process?.lines.findLast((line) => /^(not )?serving/.test(line));
		return said === undefined ? undefined : roleLine.exec(said)?.[1];
	}

	/** Starts its process and waits until it serves. */
	async start(): Promise<void> {
		this.launch();
		await this.serves();
	}

	/** Starts its process. */
	launch(): void {
		if (this.#process !== undefined) throw new Error(`server ${this.id} runs already`);
		const { folder } = this.#seat;
		const routes = this.#routes === undefined ? {} : { routes: this.#routes };
		const process = new BundledProcess([path.join(folder, "zoo.cfg")], { folder: path.dirname(folder), ...routes });
		this.#process = process;
		// It does not hear of the end of this process while it is paused.
		const spared = entrust({ type: "process", pid: process.pid });
		void process.ended.then(() => {
			spared();
			this.#earlierLog.push(...process.log);
			this.#process = undefined;
		});
	}

	/** @throws BundledStartError when it ends before it serves, or takes too long */
	async serves(): Promise<void> {
		await this.#process?.line(roleLine);
	}

	/** Waits until it serves in this role. */
	async servesAs(role: "leader" | "follower" | "observer"): Promise<void> {
		await this.#process?.line(new RegExp(`^serving as ${role}`), this.#process.lines.length);
	}

	/** Ends its process; nothing happens when there is none. */
	async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
		await this.#process?.stop(signal);
	}

	/** Stops it from running for a while: its connections stay. */
	pause(): void {
		this.#process?.signal("SIGSTOP");
	}

	resume(): void {
		this.#process?.signal("SIGCONT");
	}

	/** Until its process ends; the ensemble must be `hurtable`. */
	async hurtDisk(disk: ChildDisk): Promise<void> {
		await this.#process?.hurtDisk(disk);
	}
}

const roleLine = /^serving as (\w+)/;
