import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../conformance/client/connection.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { launchApache, smallJava } from "../peers/apache.js";
import { spawnTied } from "../peers/tied-process.js";
import { waitFor } from "./bounded-wait.js";
import { standsStill } from "./stands-still.js";
import { digests, maybeStatus, type Status } from "./status.js";

export type Kind = "apache-3.8.0" | "apache-3.9.6" | "ours";
export type Role = "participant" | "observer";

/** Where a server is reached. */
export interface MemberPlace {
	readonly id: number;
	readonly role: Role;
	readonly host: string;
	/** Stands before its command line. */
	readonly prefix: readonly string[];
	readonly clientPort: number;
	readonly quorumPort: number;
	readonly electionPort: number;
	/** Holds `zoo.cfg`, `data/` and `zookeeper.log`, whichever kind it is. */
	readonly folder: string;
}

/** Apache's lines about elections and synchronisation. */
const talkative = ["org.apache.zookeeper.server.quorum"];
/** Compiled once instead of twice: half the time to start, where speed afterwards does not matter. */
const quickJava = [...smallJava, "-XX:TieredStopAtLevel=1"];

/** One server of an ensemble: a process that comes and goes, of one kind or the other, on the same files. */
export class Member {
	readonly place: MemberPlace;
	kind: Kind;
	paused = false;
	/** The zxid that it had when it was first seen to serve since its last start. */
	servesSince: bigint | undefined;
	readonly #build: string;
	#child: ChildProcess | undefined;
	#logStart = 0;

	/** @param build - the folder of the project whose server "ours" means */
	constructor(place: MemberPlace, kind: Kind, build: string = packageRoot) {
		this.place = place;
		this.kind = kind;
		this.#build = build;
		mkdirSync(join(place.folder, "data"), { recursive: true });
		writeFileSync(join(place.folder, "data", "myid"), `${place.id}\n`);
	}

	get id(): number {
		return this.place.id;
	}

	get address(): Address {
		return { host: this.place.host, port: this.place.clientPort };
	}

	get name(): string {
		return `server ${this.id} (${this.kind})`;
	}

	/** Undefined before its first start. */
	get pid(): number | undefined {
		return this.#child?.pid;
	}

	get isRunning(): boolean {
		return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
	}

	/** Starts the process and returns at once. */
	start(settings: Readonly<Record<string, string>>, java: readonly string[] = quickJava): void {
		const { folder, prefix } = this.place;
		this.servesSince = undefined;
		const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
		writeFileSync(join(folder, "zoo.cfg"), lines.join(""));
		const log = this.#log;
		this.#logStart = existsSync(log) ? statSync(log).size : 0;
		if (this.kind === "ours") this.#child = launchOurs(this.#build, folder, log, prefix);
		else this.#child = launchApache(this.kind.slice("apache-".length), folder, { java, talkative, prefix });
	}

	/** Ends it and returns once it is gone; a paused one goes only by SIGKILL. */
	async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
		const child = this.#child;
		if (child === undefined || !this.isRunning) return;
		this.paused = false;
		const exited = once(child, "exit");
		child.kill(signal);
		const late = new AbortController();
		const timer = sleep(stopTimeoutMs, undefined, { signal: late.signal }).then(
			() => child.kill("SIGKILL"),
			() => false,
		);
		await exited;
		late.abort();
		await timer;
	}

	/** An orderly end, also of one that is paused. */
	async stop(): Promise<void> {
		this.#child?.kill("SIGCONT");
		await this.kill("SIGTERM");
	}

	/** Returns once it stands still: the other threads of a JVM go on until the one that takes the signal gets a processor. */
	async pause(): Promise<void> {
		const { pid } = this;
		if (pid === undefined || !this.isRunning) return;
		this.#child?.kill("SIGSTOP");
		this.paused = true;
		await waitFor(`${this.name} stands still`, stopTimeoutMs, () => standsStill(pid) || undefined);
	}

	resume(): void {
		this.#child?.kill("SIGCONT");
		this.paused = false;
	}

	/** Undefined while it is down, paused, or serves nobody. */
	async status(): Promise<Status | undefined> {
		if (!this.isRunning || this.paused) return undefined;
		const status = await maybeStatus(this.address);
		this.servesSince ??= status?.zxid;
		return status;
	}

	/**
	 * The digests of the tree after some of the newest transactions, by zxid. Those from before it served are left out:
	 * Apache prints wrong ones for what it replays on a snapshot that was taken while the tree changed.
	 */
	async digests(): Promise<ReadonlyMap<bigint, string>> {
		const since = this.servesSince;
		const all = await digests(this.address);
		return new Map([...all].filter(([zxid]) => since !== undefined && zxid > since));
	}

	/** What it wrote since its last start. */
	log(): string {
		return existsSync(this.#log) ? readFileSync(this.#log).subarray(this.#logStart).toString() : "";
	}

	/** How it ended, or undefined while it runs. */
	get ending(): string | undefined {
		const child = this.#child;
		return child === undefined || this.isRunning ? undefined : String(child.exitCode ?? child.signalCode);
	}

	get #log(): string {
		return join(this.place.folder, "zookeeper.log");
	}
}

const stopTimeoutMs = 10_000;

function launchOurs(build: string, folder: string, logPath: string, prefix: readonly string[]): ChildProcess {
	const main = join(build, "dist", "reference", "runtime", "main.js");
	const log = openSync(logPath, "a");
	const [program = "", ...args] = [...prefix, process.execPath, main, join(folder, "zoo.cfg"), "--until-stdin-ends"];
	const child = spawnTied(program, args, {
		cwd: folder,
		stdio: ["pipe", log, log],
	});
	closeSync(log);
	return child;
}
