import { Trace } from "../client/trace.js";
import { runScenario, type ScenarioResult } from "../scenario/run-scenario.js";
import type { Scenario } from "../scenario/step.js";
import { UnreachableError } from "../scenario/verdict.js";
import type { Divergences } from "./divergences.js";
import type { Ground, Plot } from "./ground.js";
import { type Outcome, type ScenarioRecord, worstOf } from "./outcome.js";
import type { Task } from "./plan.js";

/** What the runs of one execution share. */
export interface ExecutionContext {
	readonly divergences: Divergences;
	readonly concurrency: number;
	/** How many connections the target allows the suite at the same time. */
	readonly connectionsMax: number;
	readonly repeat: number;
	readonly failFast: boolean;
	/** Whose frames are kept for the report: of every run, of those that fail, of none. */
	readonly traces: "all" | "failures" | "none";
	/** Scenario id -> the expectation that its run turns around. */
	readonly flips: ReadonlyMap<string, number>;
}

/** Frames of a run that are kept for the report: the last ones tell what happened. */
const traceLinesMax = 200;

/**
 * All scenarios of one run: starts them in order, as many at once as allowed, and gives each one's record as soon as it
 * is decided. A scenario that is stopped before it starts is recorded as skipped.
 */
export class Execution {
	readonly #context: ExecutionContext;
	readonly #records = new Map<string, PromiseWithResolvers<ScenarioRecord>>();
	readonly #finished = new Map<string, ScenarioRecord>();
	readonly #running = new Set<string>();
	readonly #runningOutside = new Set<string>();
	#stopped: string | undefined;
	#brokenOff: string | undefined;
	#rootCount = 0;

	constructor(context: ExecutionContext, scenarios: readonly Scenario[]) {
		this.#context = context;
		for (const { id } of scenarios) this.#records.set(id, withResolvers());
	}

	has(id: string): boolean {
		return this.#records.has(id);
	}

	/** The record of a scenario, once there is one. */
	record(id: string): Promise<ScenarioRecord> {
		const found = this.#records.get(id);
		if (found === undefined) throw new Error(`scenario ${id} is not part of this execution`);
		return found.promise;
	}

	get finished(): ReadonlyMap<string, ScenarioRecord> {
		return this.#finished;
	}

	get running(): ReadonlySet<string> {
		return this.#running;
	}

	get total(): number {
		return this.#records.size;
	}

	/** Why the target broke off, if it did. */
	get brokenOff(): string | undefined {
		return this.#brokenOff;
	}

	get ranNothing(): boolean {
		return [...this.#finished.values()].every(({ outcome }) => outcome.type === "skipped");
	}

	/** Nothing more is started; what runs is let finish. */
	stop(reason: string): void {
		this.#stopped ??= reason;
	}

	/** Waits for running scenarios that put back themselves what they change outside of the suite's node. */
	async outsideEnded(): Promise<void> {
		await Promise.all([...this.#runningOutside].map((id) => this.record(id)));
	}

	settle(record: ScenarioRecord): void {
		const { id } = record.scenario;
		if (this.#finished.has(id)) return;
		this.#finished.set(id, record);
		this.#records.get(id)?.resolve(record);
		const { type } = record.outcome;
		if (this.#context.failFast && (type === "violated" || type === "unexpectedlyKept" || type === "wrong"))
			this.stop(`not run: --fail-fast, after ${id}`);
	}

	skip(scenario: Scenario, reason: string): void {
		this.settle({ scenario, outcome: { type: "skipped", reason }, durationMs: 0, runs: 0, trace: [] });
	}

	/**
	 * Runs tasks side by side, in this order, within the limits; then one by one what was undecided: the cause is usually
	 * that this machine was busy, with nothing as much as with the others.
	 */
	async runTogether(tasks: readonly Task[], ground: Ground): Promise<void> {
		const waiting = [...tasks];
		const undecided: Task[] = [];
		const running = new Set<Promise<void>>();
		let connections = 0;
		while (waiting.length > 0) {
			const next = this.#nextThatFits(waiting, running.size, connections);
			if (next === undefined) {
				await Promise.race(running);
				continue;
			}
			connections += next.connections;
			const run: Promise<void> = this.#runOne(next, ground, (task) => undecided.push(task)).finally(() => {
				connections -= next.connections;
				running.delete(run);
			});
			running.add(run);
		}
		await Promise.all(running);
		for (const task of undecided) await this.runOne(task, ground);
	}

	#nextThatFits(waiting: Task[], running: number, connections: number): Task | undefined {
		if (running >= this.#context.concurrency) return undefined;
		const free = this.#context.connectionsMax - connections;
		const at = waiting.findIndex((task) => task.connections <= free || running === 0);
		return at < 0 ? undefined : waiting.splice(at, 1)[0];
	}

	/** All repetitions of one task, one after the other. */
	runOne(task: Task, ground: Ground): Promise<void> {
		return this.#runOne(task, ground);
	}

	/** @param postpone takes a task that was undecided, to be tried again later instead of at once */
	async #runOne(task: Task, ground: Ground, postpone?: (task: Task) => void): Promise<void> {
		const { scenario } = task;
		this.#running.add(scenario.id);
		if (scenario.outside !== undefined && !ground.disposable) this.#runningOutside.add(scenario.id);
		const records: ScenarioRecord[] = [];
		for (let i = 0; i < this.#context.repeat; i++) {
			if (this.#stopped !== undefined) break;
			records.push(
				postpone === undefined ? await this.#decide(scenario, ground) : await this.#attempt(scenario, ground),
			);
		}
		this.#running.delete(scenario.id);
		this.#runningOutside.delete(scenario.id);
		if (records.length === 0) {
			this.skip(scenario, this.#stopped ?? "not run");
			return;
		}
		const worst = worstOf(records);
		if (worst.outcome.type === "undecided" && postpone !== undefined) postpone(task);
		else this.settle(worst);
	}

	/** Undecided is tried once more. */
	async #decide(scenario: Scenario, ground: Ground): Promise<ScenarioRecord> {
		const first = await this.#attempt(scenario, ground);
		return first.outcome.type === "undecided" ? this.#attempt(scenario, ground) : first;
	}

	async #attempt(scenario: Scenario, ground: Ground): Promise<ScenarioRecord> {
		const trace = new Trace(ground.environment.codec);
		const start = performance.now();
		const outcome = await this.#outcome(scenario, ground, trace);
		return {
			scenario,
			outcome,
			durationMs: performance.now() - start,
			runs: 1,
			trace: this.#linesOf(trace, outcome),
		};
	}

	/** Decoding takes longer than the run itself, so only what somebody will read is decoded. */
	#linesOf(trace: Trace, { type }: Outcome): readonly string[] {
		const { traces } = this.#context;
		if (traces === "all") return trace.lines();
		return traces === "none" || type === "kept" ? [] : trace.lines(traceLinesMax);
	}

	async #outcome(scenario: Scenario, ground: Ground, trace: Trace): Promise<Outcome> {
		try {
			const number = this.#rootCount++;
			const plot = await ground.makePlot(scenario, `${scenario.id.replaceAll(/[[\]!]+/g, "-")}-${number}`, number);
			const flip = this.#context.flips.get(scenario.id);
			const environment = { ...plot.environment, flip, trace: (client: string) => trace.connection(client) };
			const result = await runScenario(scenario, environment);
			await removePlot(plot, result, ground);
			return await this.#judge(scenario, ground, result);
		} catch (error) {
			if (isTargetGone(error)) return this.#breakOff(scenario, ground, (error as Error).message);
			return { type: "wrong", reason: `a bug of zkspec itself: ${(error as Error).stack ?? String(error)}` };
		}
	}

	/** What the verdict means, given the profile and whether the target still serves. */
	async #judge(scenario: Scenario, ground: Ground, { verdict }: ScenarioResult): Promise<Outcome> {
		switch (verdict.type) {
			case "kept":
				return this.#context.divergences.kept(scenario);
			case "undecided":
				return verdict;
			case "wrong": {
				const { file, line, column } = verdict.error.where;
				return { type: "wrong", reason: `${file}:${line}:${column}: ${verdict.error.message}` };
			}
			case "violated": {
				const dead = ground.disposable ? undefined : await ground.whyDead();
				if (dead !== undefined) return this.#breakOff(scenario, ground, dead);
				return this.#context.divergences.violated(scenario, verdict.violation);
			}
			case "unreachable":
				return this.#breakOff(scenario, ground, (await ground.whyDead()) ?? verdict.reason);
		}
	}

	/** The target does not answer one scenario: that ends the run, since nothing later would be a finding. */
	#breakOff(scenario: Scenario, ground: Ground, reason: string): Outcome {
		if (!ground.disposable) {
			this.#brokenOff ??= `${reason} (while ${scenario.id} ran)`;
			this.stop("not run: the target broke off");
		}
		return { type: "unreachable", reason };
	}
}

/** What can not be removed now is tried again, and told, when the ground is closed; a server that is gone leaves nothing. */
async function removePlot({ remove }: Plot, { identities }: ScenarioResult, { disposable }: Ground): Promise<void> {
	try {
		await remove(identities);
	} catch (error) {
		if (!disposable || !isTargetGone(error)) throw error;
	}
}

function isTargetGone(error: unknown): boolean {
	return error instanceof UnreachableError || (error as Error).name === "ConnectError";
}

function withResolvers<T>(): PromiseWithResolvers<T> {
	let resolve: PromiseWithResolvers<T>["resolve"] = () => undefined;
	let reject: PromiseWithResolvers<T>["reject"] = () => undefined;
	const promise = new Promise<T>((yes, no) => {
		resolve = yes;
		reject = no;
	});
	return { promise, resolve, reject };
}

interface PromiseWithResolvers<T> {
	readonly promise: Promise<T>;
	readonly resolve: (value: T | PromiseLike<T>) => void;
	readonly reject: (reason: unknown) => void;
}
