import type { EnsembleDriver, FaultKind } from "../drivers/ensemble-driver.js";
import { partsOf } from "./activity/activity.js";
import { AskingSession, isInTime, NotServedError } from "./asking-session.js";
import { Client } from "./client.js";
import { FaultRun } from "./fault-run.js";
import type { Platform } from "./platform.js";
import { randomOf, streams } from "./random.js";
import { type Counts, Recorder, type RecordSink } from "./recorder.js";
import { drawSchedule } from "./schedule.js";
import { readTree, removeTree } from "./tree-walk.js";
import type { WireCalls } from "./wire-calls.js";
import type { Workload } from "./workload.js";

export interface RunParts {
	readonly platform: Platform;
	readonly driver: EnsembleDriver;
	readonly wire: WireCalls;
	readonly workload: Workload;
	readonly seed: number;
	/** A node that is not there yet; it is gone afterwards. */
	readonly root: string;
	readonly sink: RecordSink;
	/** Ends the clients' part early; all that follows is still done. */
	readonly stopped: AbortSignal;
	/** Told what goes on now and then. */
	progress(phase: string, counts: Counts): void;
}

export interface RunReport {
	readonly counts: Counts;
	/** Of the clients' part. */
	readonly ranMs: number;
	readonly callsPerSecond: number;
	/** Of the busiest client. */
	readonly stepsMost: number;
	readonly faults: readonly string[];
	readonly failedFaults: readonly string[];
	readonly leftOut: readonly FaultKind[];
	/** How servers broke the protocol in ways that a history can not show. */
	readonly broken: readonly string[];
	/** Why not all could be seen at the end. */
	readonly unserved: readonly string[];
	/** Nodes that could not be removed. */
	readonly left: readonly string[];
}

const progressMs = 500;
/** Clients go on for so long after all is healed. */
const afterMs = 300;
/** When nothing is broken, for a client or a server to be served. */
const patienceMs = 30_000;

/**
 * Sets up, lets the clients work while faults happen, heals, lets everybody come to rest, reads everything through each
 * server, and removes the root.
 * @throws NotServedError when nobody answers before anything was broken
 */
export async function runWorkload(parts: RunParts): Promise<RunReport> {
	return new WorkloadRun(parts).run();
}

class WorkloadRun {
	readonly #parts: RunParts;
	readonly #recorder: Recorder;
	readonly #faults: FaultRun;
	readonly #clients: readonly Client[];
	readonly #broken: string[] = [];
	readonly #unserved: string[] = [];
	#left: readonly string[] = [];
	#atRest: () => void = () => undefined;

	constructor(parts: RunParts) {
		this.#parts = parts;
		const { platform, driver, wire, workload, seed, root } = parts;
		const recorder = new Recorder(parts.sink, () => platform.nowUs());
		this.#recorder = recorder;
		this.#faults = new FaultRun({ platform, driver, recorder });
		this.#clients = workload.clients.map(
			(client) =>
				new Client({
					platform,
					wire,
					recorder,
					workload,
					root,
					seed,
					client,
					servers: this.#orderOf(client),
					onBroken: (text) => this.#broken.push(`client ${client}: ${text}`),
					onRest: () => this.#atRest(),
				}),
		);
	}

	async run(): Promise<RunReport> {
		const { workload, seed, driver, platform } = this.#parts;
		const { faults, leftOut } = drawSchedule(workload, seed, driver.abilities);
		await this.#setUp();
		const startUs = platform.nowUs();
		const callsBefore = this.#recorder.callCount;
		for (const client of this.#clients) client.start();
		this.#faults.start(faults);
		await this.#work();
		const ranMs = (platform.nowUs() - startUs) / 1000;
		const callsPerSecond = Math.round(((this.#recorder.callCount - callsBefore) / ranMs) * 1000);
		await this.#heal();
		await this.#settle();
		await this.#look();
		this.#recorder.end();
		await this.#cleanUp();
		return {
			counts: this.#recorder.counts,
			ranMs,
			callsPerSecond,
			stepsMost: Math.max(0, ...this.#clients.map((client) => client.stepCount)),
			faults: this.#faults.done,
			failedFaults: this.#faults.failed,
			leftOut,
			broken: this.#broken,
			unserved: this.#unserved,
			left: this.#left,
		};
	}

	/** Each client tries the servers in an order of its own. */
	#orderOf(client: number): readonly number[] {
		const random = randomOf(this.#parts.seed, streams.servers, client);
		const keyed = this.#parts.driver.members.map((_, index) => ({ index, key: random() }));
		return keyed.sort((a, b) => a.key - b.key).map(({ index }) => index);
	}

	/** The nth that is no client of the workload. */
	#asking(nth: number, servers: readonly number[]): AskingSession {
		const { platform, wire, workload } = this.#parts;
		return new AskingSession({
			platform,
			wire,
			recorder: this.#recorder,
			client: Math.max(-1, ...workload.clients) + 1 + nth,
			servers,
			timeoutMs: workload.sessionTimeoutMs,
		});
	}

	async #setUp(): Promise<void> {
		const { root, workload, seed } = this.#parts;
		this.#progress("set-up");
		const session = this.#asking(0, this.#orderOf(-1));
		await session.connect(patienceMs);
		await session.mustCall({ op: "create", path: root, data: "", mode: "persistent" }, patienceMs);
		const scope = {
			root,
			parameters: workload.parameters,
			client: -1,
			unique: "setUp",
			random: randomOf(seed, streams.step),
			versions: new Map(),
			isEnding: () => false,
		};
		for (const part of workload.setUp.flatMap((template) => partsOf(template, scope))) {
			if (part.op !== "check") await session.mustCall(part, patienceMs);
		}
		await session.close();
	}

	/** Until the time is over, somebody says so, or no client has anything more to do. */
	async #work(): Promise<void> {
		const { platform, workload, stopped } = this.#parts;
		const allRest = new Promise<void>((resolve) => this.#whenAllRest(resolve));
		const over = new AbortController();
		const stop = new Promise<void>((resolve) => {
			if (stopped.aborted) resolve();
			stopped.addEventListener("abort", () => resolve(), { signal: over.signal });
		});
		const ended = Promise.race([allRest, stop]);
		const endUs = platform.nowUs() + workload.durationMs * 1000;
		for (let isOver = false; !isOver; ) {
			this.#progress("running");
			const leftMs = Math.ceil((endUs - platform.nowUs()) / 1000);
			isOver = leftMs <= 0 || (await isInTime(platform, Math.min(progressMs, leftMs), ended));
		}
		over.abort();
	}

	#whenAllRest(act: () => void): void {
		this.#atRest = () => {
			if (this.#clients.every((client) => client.isAtRest)) act();
		};
	}

	async #heal(): Promise<void> {
		this.#progress("healing");
		await this.#faults.stop();
		await this.#parts.driver.heal();
		this.#recorder.phase("healed");
	}

	async #settle(): Promise<void> {
		const { platform } = this.#parts;
		this.#progress("settling");
		await isInTime(platform, afterMs, new Promise<void>(() => undefined));
		const rest = new Promise<void>((resolve) => this.#whenAllRest(resolve));
		for (const client of this.#clients) client.finish();
		const rested = await isInTime(platform, patienceMs, rest);
		const busy = this.#clients.filter((client) => !client.isAtRest).map((client) => client.describe());
		if (!rested)
			this.#unserved.push(`within ${patienceMs} ms of the heal these did not come to rest: ${busy.join(", ")}`);
	}

	/** Half of the sessions end first, so that what belongs to them is seen to be gone, and what is the others' to be there. */
	async #look(): Promise<void> {
		const { seed, root, driver } = this.#parts;
		this.#progress("reading all");
		const random = randomOf(seed, streams.closing);
		const leaving = this.#clients.filter(() => random() < 0.5);
		await Promise.all(leaving.map(closed));
		this.#recorder.phase("final");
		for (const [index, { id }] of driver.members.entries()) {
			const session = this.#asking(1 + index, [index]);
			try {
				await session.connect(patienceMs);
				await session.mustCall({ op: "sync", path: root }, patienceMs);
				await readTree(session, root, patienceMs);
			} catch (error) {
				if (!(error instanceof NotServedError)) throw error;
				this.#unserved.push(`server ${id}: ${error.message}`);
			}
			await session.close();
		}
	}

	async #cleanUp(): Promise<void> {
		const { root } = this.#parts;
		await Promise.all(this.#clients.map(closed));
		const session = this.#asking(0, this.#orderOf(-1));
		try {
			await session.connect(patienceMs);
			this.#left = await removeTree(session, root, patienceMs);
		} catch (error) {
			if (!(error instanceof NotServedError)) throw error;
			this.#left = [root];
		}
		await session.close();
	}

	#progress(phase: string): void {
		this.#parts.progress(phase, this.#recorder.counts);
	}
}

function closed({ session }: Client): Promise<void> {
	return new Promise((resolve) => session.close(resolve));
}
