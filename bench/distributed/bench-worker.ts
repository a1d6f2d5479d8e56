import { Control, type ControlOptions } from "./control.js";
import { join, leaveTidy, type Member } from "./membership.js";
import type { Word } from "./messages.js";
import { makeShare } from "./round-share.js";
import { type RunNodes, roundNodes, runNodes } from "./run-nodes.js";

/** The run is over for this worker, and not because all was measured; the message is one sentence for people. */
export class RunOverError extends Error {
	override readonly name = "RunOverError";
}

export interface WorkerOptions extends ControlOptions {
	readonly run: string;
	readonly member: Member;
	/** How long to wait for a coordinator that takes this worker. */
	readonly waitMs: number;
	/** How long a run may go on without this worker: a coordinator that was killed is there as long as its session. */
	readonly leftOutMs: number;
	readonly signal?: AbortSignal;
	say(text: string): unknown;
}

/**
 * Joins a run and makes its share of each measurement, until the coordinator says that all is done.
 * @throws RunOverError, ControlError or OrderError when it ends in another way; the signal's reason
 */
export async function benchWorker(options: WorkerOptions): Promise<void> {
	const control = await Control.open(options, options.signal);
	const nodes = runNodes(options.run);
	try {
		await join(control, nodes, options.member);
		options.say(`${options.member.name} waits for the coordinator of ${options.run}`);
		await new BenchWorker(control, nodes, options).work();
	} finally {
		if (!control.over.aborted) await leave(control, nodes, options.member);
		await control.close();
	}
}

async function leave(control: Control, nodes: RunNodes, { id }: Member): Promise<void> {
	for (const name of (await control.maybeChildren(nodes.workers, false)) ?? [])
		if (name.startsWith(`${id}-`)) await control.remove(`${nodes.workers}/${name}`);
	await leaveTidy(control, nodes);
}

class BenchWorker {
	readonly #control: Control;
	readonly #nodes: RunNodes;
	readonly #options: WorkerOptions;
	readonly #late = new AbortController();
	#timers: NodeJS.Timeout[] = [];
	#isTaken = false;

	constructor(control: Control, nodes: RunNodes, options: WorkerOptions) {
		this.#control = control;
		this.#nodes = nodes;
		this.#options = options;
	}

	async work(): Promise<void> {
		const { run, waitMs, say } = this.#options;
		this.#endAfter(waitMs, `nobody coordinated ${run} within ${waitMs / 1000} s`);
		try {
			for (let made = 0; ; ) {
				const word = await this.#control.until(() => this.#maybeNext(made), this.#signal);
				if (word.state === "over") return assertDone(run, word.reason);
				await this.#makeRound(word.round);
				made = word.round;
				say(`measurement ${made} is made`);
			}
		} finally {
			this.#stopTimers();
		}
	}

	async #maybeNext(
		made: number,
	): Promise<Extract<Word, { state: "over" }> | { state: "round"; round: number } | undefined> {
		const word = await this.#maybeWord();
		if (word === undefined || word.state === "gathering") return undefined;
		if (!word.members.includes(this.#options.member.id)) {
			this.#waitForTheNext(word.members.length);
			return undefined;
		}
		this.#isTaken = true;
		this.#stopTimers();
		if (word.state === "over") return word;
		return word.round === undefined || word.round <= made ? undefined : { state: "round", round: word.round };
	}

	/** Undefined while no coordinator is there. @throws RunOverError when there was one that took this worker */
	async #maybeWord(): Promise<Word | undefined> {
		const text = await this.#control.maybeText(this.#nodes.coordinator);
		if (text !== undefined) return JSON.parse(text) as Word;
		if (this.#isTaken) throw new RunOverError(`the coordinator of ${this.#options.run} went away`);
		return undefined;
	}

	/** Gives up what it is at as soon as the coordinator says something else, or nothing any more. */
	async #makeRound(round: number): Promise<void> {
		const ended = new AbortController();
		const signal = AbortSignal.any([ended.signal, this.#signal]);
		const nodes = roundNodes(this.#nodes, round);
		const { member, say } = this.#options;
		const onBegin = () => say(`measurement ${round} begins`);
		const made = makeShare({ control: this.#control, nodes, member: member.id, signal, onBegin });
		const another = this.#control.until(async () => {
			const word = await this.#maybeWord();
			return word?.state === "running" && word.round === round ? undefined : true;
		}, signal);
		try {
			await Promise.race([made, another]);
		} finally {
			ended.abort();
			await Promise.allSettled([made, another]);
		}
	}

	/** The next coordinator may take this worker. */
	#waitForTheNext(count: number): void {
		if (this.#timers.length > 1) return;
		const { run, leftOutMs } = this.#options;
		this.#endAfter(leftOutMs, `the run ${run} has its ${count} workers already`);
	}

	#endAfter(ms: number, text: string): void {
		this.#timers.push(setTimeout(() => this.#late.abort(new RunOverError(text)), ms));
	}

	#stopTimers(): void {
		for (const timer of this.#timers.splice(0)) clearTimeout(timer);
	}

	get #signal(): AbortSignal {
		const { signal } = this.#options;
		return signal === undefined ? this.#late.signal : AbortSignal.any([signal, this.#late.signal]);
	}
}

function assertDone(run: string, reason: string | undefined): void {
	if (reason !== undefined) throw new RunOverError(`the run ${run} was ended: ${reason}`);
}
