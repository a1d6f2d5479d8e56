import type { EnsembleDriver, Fault } from "../drivers/ensemble-driver.js";
import type { Platform, Timer } from "./platform.js";
import { below, randomOf, streams } from "./random.js";
import type { Recorder } from "./recorder.js";
import type { PlannedFault } from "./workload.js";

/** Brings a schedule about, one fault after the other, each undone when its time is over. */
export class FaultRun {
	/** What was done, in words. */
	readonly done: string[] = [];
	/** What could not be done, with why. */
	readonly failed: string[] = [];
	readonly #parts: { readonly platform: Platform; readonly driver: EnsembleDriver; readonly recorder: Recorder };
	readonly #timers: Timer[] = [];
	#work: Promise<void> = Promise.resolve();
	#isOver = false;

	constructor(parts: { readonly platform: Platform; readonly driver: EnsembleDriver; readonly recorder: Recorder }) {
		this.#parts = parts;
	}

	start(schedule: readonly PlannedFault[]): void {
		const { platform } = this.#parts;
		for (const fault of schedule) {
			this.#timers.push(platform.after(fault.atMs, () => this.#queue(() => this.#bringAbout(fault))));
		}
	}

	/** Nothing more begins; resolves when what was under way is done. */
	async stop(): Promise<void> {
		this.#isOver = true;
		for (const timer of this.#timers) timer.cancel();
		await this.#work;
	}

	#queue(act: () => Promise<void>): void {
		this.#work = this.#work.then(() => (this.#isOver ? undefined : act()));
	}

	async #bringAbout({ do: fault, draw, forMs }: PlannedFault): Promise<void> {
		const random = randomOf(streams.draw, draw);
		const servers = await this.#perform(fault, (n) => below(random, n));
		const undoing = servers === undefined ? [] : undoOf(fault, servers);
		if (undoing.length === 0) return;
		const undo = async (): Promise<void> => {
			for (const each of undoing) await this.#perform(each, () => 0);
		};
		this.#timers.push(this.#parts.platform.after(forMs, () => this.#queue(undo)));
	}

	async #perform(fault: Fault, pick: (n: number) => number): Promise<readonly number[] | undefined> {
		const { driver, recorder } = this.#parts;
		try {
			const { servers, text } = await driver.perform(fault, pick);
			this.done.push(text);
			recorder.fault(
				servers.map((id) => driver.members.findIndex((member) => member.id === id)),
				text,
			);
			return servers;
		} catch (error) {
			if (!isFaultError(error)) throw error;
			this.failed.push(error.message);
			return undefined;
		}
	}
}

/** What ends a fault that was done to these servers; nothing for those that are over at once. */
function undoOf(fault: Fault, servers: readonly number[]): readonly Fault[] {
	if ("kill" in fault || "stop" in fault) return servers.map((start) => ({ start }));
	if ("pause" in fault) return servers.map((resume) => ({ resume }));
	if ("partition" in fault || "oneWay" in fault) return [{ heal: true }];
	if ("halfOpen" in fault || "refuse" in fault || "swap" in fault) return [{ open: "all" }];
	if ("delay" in fault) return servers.map((delay) => ({ delay, ms: 0 }));
	if ("diskFull" in fault) return servers.map((diskFree) => ({ diskFree }));
	if ("slowFlush" in fault) return servers.map((slowFlush) => ({ slowFlush, ms: 0 }));
	return [];
}

/** By its name: a driver from elsewhere brings a class of its own. */
function isFaultError(error: unknown): error is Error {
	return error instanceof Error && error.name === "FaultError";
}
