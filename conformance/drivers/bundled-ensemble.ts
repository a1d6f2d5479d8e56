import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundledSettings } from "./bundled.js";
import { BundledProcess } from "./bundled-process.js";
import { findFreePorts } from "./free-ports.js";

export interface EnsembleOptions {
	/** How many vote; 3 if not given. */
	readonly servers?: number;
	readonly observers?: number;
	/** Keys of zoo.cfg beside or instead of `bundledSettings`. */
	readonly settings?: Readonly<Record<string, string>>;
}

/** Bundled servers that make up one ensemble, on the loopback address. */
export interface BundledEnsemble {
	/** Participants first; ids count from 1. */
	readonly members: readonly EnsembleMember[];
	/** `host:port,…` of all members. */
	readonly connectString: string;
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
	const { servers = 3, observers = 0, settings = {} } = options;
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-ensemble-"));
	const ports = await findFreePorts(3 * (servers + observers));
	const seats = Array.from({ length: servers + observers }, (_, i): Seat => {
		const [client = 0, quorum = 0, election = 0] = ports.slice(3 * i, 3 * i + 3);
		const role = i < servers ? "participant" : "observer";
		return { id: i + 1, role, client, quorum, election, folder: path.join(folder, String(i + 1)) };
	});
	const all = { standaloneEnabled: "false", ...ensembleSettings, ...bundledSettings, ...settings };
	for (const seat of seats) writeFiles(seat, seats, all);
	const members = seats.map((seat) => new EnsembleMember(seat));
	const stop = async (): Promise<void> => {
		await Promise.all(members.map((member) => member.kill("SIGTERM")));
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await Promise.all(members.map((member) => member.start()));
	} catch (error) {
		await stop();
		throw error;
	}
	const leader = (): EnsembleMember | undefined => members.find(({ role }) => role === "leader");
	return { members, connectString: members.map(({ address }) => address).join(","), leader, stop };
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
	readonly #earlierLog: string[] = [];
	#process: BundledProcess | undefined;

	constructor(seat: Seat) {
		this.#seat = seat;
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
		this.#process = new BundledProcess([path.join(this.#seat.folder, "zoo.cfg")], path.dirname(this.#seat.folder));
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
		const process = this.#process;
		await process?.stop(signal);
		if (process === undefined || this.#process !== process) return;
		this.#earlierLog.push(...process.log);
		this.#process = undefined;
	}

	/** Stops it from running for a while: its connections stay. */
	pause(): void {
		this.#process?.signal("SIGSTOP");
	}

	resume(): void {
		this.#process?.signal("SIGCONT");
	}
}

const roleLine = /^serving as (\w+)/;
