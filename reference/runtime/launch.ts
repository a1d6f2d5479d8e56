import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { connectStringOf, type LocalMember, writeMemberFiles } from "./ensemble-files.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import { findFreePorts } from "./free-ports.js";
import { LaunchedServer } from "./launched-server.js";

/** An ensemble of processes on this machine. */
export interface LaunchOptions {
	readonly servers: number;
	readonly observers: number;
	/** Client ports from here on, quorum ports from 100, election ports from 200 above; undefined: any that are free. */
	readonly basePort: number | undefined;
	/** Kept; undefined: a temporary folder, removed at the end. */
	readonly dataDir: string | undefined;
	/** Keys of zoo.cfg beside or instead of `standardSettings`. */
	readonly settings: ReadonlyMap<string, string>;
	/** A member that ends is started again. */
	readonly restart: boolean;
}

export interface LaunchEvents {
	/** Clients may come: all members serve, or those that are there a moment after the leader. */
	onReady(connectString: string): void;
	onNote(line: string): void;
	/** Nothing runs any more. */
	onEnded(exitCode: ExitCode): void;
}

const standardSettings = new Map([
	["tickTime", "2000"],
	["standaloneEnabled", "false"],
	["initLimit", "10"],
	["syncLimit", "5"],
	["4lw.commands.whitelist", "*"],
	["admin.enableServer", "false"],
]);

/** How far quorum and election ports are above the client ports. */
const portStep = 100;
const restartPauseMs = 1000;
/** How long the connect string waits for the slower members once a leader serves. */
const patienceMs = 3000;

/**
 * Starts the members.
 * @returns how to stop them all
 * @throws StartError when there are no ports or the folder can not be used
 */
export async function launch(options: LaunchOptions, events: LaunchEvents): Promise<() => void> {
	const folder = options.dataDir === undefined ? temporaryFolder() : resolve(options.dataDir);
	const members = await membersOf(options, folder);
	const ensemble = new LaunchedEnsemble(members, options, events);
	ensemble.start();
	return () => ensemble.stop(exitCodes.ok);
}

function temporaryFolder(): string {
	const folder = fs.mkdtempSync(join(tmpdir(), "zkspec-ensemble-"));
	process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function membersOf({ servers, observers, basePort }: LaunchOptions, folder: string): Promise<LocalMember[]> {
	const count = servers + observers;
	const free = basePort === undefined ? await findFreePorts(3 * count) : [];
	return Array.from({ length: count }, (_, i) => {
		const portOf = (kind: number): number => (basePort === undefined ? free[3 * i + kind] : undefined) ?? fixed(kind);
		const fixed = (kind: number): number => (basePort ?? 0) + i + kind * portStep;
		return {
			id: i + 1,
			role: i < servers ? "participant" : "observer",
			clientPort: portOf(0),
			quorumPort: portOf(1),
			electionPort: portOf(2),
			folder: join(folder, `${i + 1}`),
		};
	});
}

/** What is known of one member. */
interface Seat {
	readonly member: LocalMember;
	server: LaunchedServer | undefined;
	serving: string | undefined;
}

class LaunchedEnsemble {
	readonly #seats: readonly Seat[];
	readonly #options: LaunchOptions;
	readonly #events: LaunchEvents;
	#phase: "starting" | "ready" | "stopping" = "starting";
	#patience: NodeJS.Timeout | undefined;

	constructor(members: readonly LocalMember[], options: LaunchOptions, events: LaunchEvents) {
		this.#seats = members.map((member) => ({ member, server: undefined, serving: undefined }));
		this.#options = options;
		this.#events = events;
	}

	start(): void {
		for (const seat of this.#seats) this.#startOne(seat);
	}

	stop(exitCode: ExitCode): void {
		if (this.#phase === "stopping") return;
		this.#phase = "stopping";
		clearTimeout(this.#patience);
		const running = this.#seats.map(({ server }) => server).filter((server) => server !== undefined);
		void Promise.all(running.map((server) => server.stop())).then(() => this.#events.onEnded(exitCode));
	}

	#startOne(seat: Seat): void {
		const { member } = seat;
		const settings = new Map([...standardSettings, ...this.#options.settings]);
		const members = this.#seats.map((each) => each.member);
		const tell = (line: string): void => this.#events.onNote(`[${member.id}] ${line}`);
		const temporary = this.#options.dataDir === undefined ? dirname(member.folder) : undefined;
		seat.server = new LaunchedServer(writeMemberFiles(member, members, settings), temporary, {
			onLine: (line) => this.#heard(seat, line),
			onLog: tell,
			onEnded: (how) => this.#ended(seat, how),
		});
	}

	#heard(seat: Seat, line: string): void {
		if (!/^(not )?serving/.test(line)) return;
		seat.serving = /^serving as (\S+)/.exec(line)?.[1];
		if (this.#phase !== "starting" || this.#leader === undefined) return;
		if (this.#seats.every(({ serving }) => serving !== undefined)) this.#ready();
		else this.#patience ??= setTimeout(() => this.#ready(), patienceMs);
	}

	get #leader(): Seat | undefined {
		return this.#seats.find(({ serving }) => serving === "leader");
	}

	#ready(): void {
		if (this.#phase !== "starting") return;
		this.#phase = "ready";
		clearTimeout(this.#patience);
		const serving = this.#seats.filter((seat) => seat.serving !== undefined).length;
		const pids = this.#seats.map(({ member, server }) => `[${member.id}] pid ${server?.pid}`).join(", ");
		this.#events.onNote(
			`${serving} of ${this.#seats.length} servers serve, [${this.#leader?.member.id}] leads; ${pids}`,
		);
		this.#events.onReady(connectStringOf(this.#seats.map(({ member }) => member)));
	}

	#ended(seat: Seat, how: string): void {
		seat.server = undefined;
		seat.serving = undefined;
		if (this.#phase === "stopping") return;
		if (this.#phase === "starting") {
			this.#events.onNote(`[${seat.member.id}] ended ${how} before there was a leader`);
			this.stop(exitCodes.unexpected);
		} else if (this.#options.restart) {
			this.#events.onNote(`[${seat.member.id}] ended ${how}; it is started again`);
			setTimeout(() => this.#phase === "ready" && this.#startOne(seat), restartPauseMs);
		} else this.#missing(seat, how);
	}

	#missing({ member }: Seat, how: string): void {
		const left = this.#seats.filter(({ server }) => server !== undefined).length;
		this.#events.onNote(`[${member.id}] ended ${how}; ${left} of ${this.#seats.length} servers are left`);
		if (left === 0) this.stop(exitCodes.unexpected);
	}
}
