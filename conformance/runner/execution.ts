import type { Codec } from "../client/codec.js";
import { Trace } from "../client/trace.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { runScenario, type ScenarioResult } from "../scenario/run-scenario.js";
import type { Sandbox } from "../scenario/sandbox.js";
import type { Scenario } from "../scenario/step.js";
import { UnreachableError } from "../scenario/verdict.js";
import type { Divergences } from "./divergences.js";
import { type Outcome, type ScenarioRecord, worstOf } from "./outcome.js";
import type { Task } from "./plan.js";

/** What the runs of one execution share. */
export interface ExecutionContext {
	/** Without root; each run gets its own. */
	readonly environment: ScenarioEnvironment;
	readonly codec: Codec;
	readonly divergences: Divergences;
	readonly concurrency: number;
	/** How many connections the target allows the suite at the same time. */
	readonly connectionsMax: number;
	readonly repeat: number;
	readonly failFast: boolean;
	/** Why the target does not serve any more; undefined while it does. */
	readonly whyDead: () => Promise<string | undefined>;
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
	#stopped: string | undefined;
	#brokenOff: string | undefined;
	#rootCount = 0;
	/** Nodes that could not be removed after their scenario; tried again at the end. */
	readonly left: string[] = [];

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

	/** Nothing more is started; what runs is let finish. */
	stop(reason: string): void {
		this.#stopped ??= reason;
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

	/** Runs tasks side by side, in this order, within the limits. */
	async runTogether(tasks: readonly Task[], sandbox: Sandbox): Promise<void> {
		const waiting = [...tasks];
		const running = new Set<Promise<void>>();
		let connections = 0;
		while (waiting.length > 0) {
			const next = this.#nextThatFits(waiting, running.size, connections);
			if (next === undefined) {
				await Promise.race(running);
				continue;
			}
			connections += next.connections;
			const run: Promise<void> = this.runOne(next, sandbox).finally(() => {
				connections -= next.connections;
				running.delete(run);
			});
			running.add(run);
		}
		await Promise.all(running);
	}

	#nextThatFits(waiting: Task[], running: number, connections: number): Task | undefined {
		if (running >= this.#context.concurrency) return undefined;
		const free = this.#context.connectionsMax - connections;
		const at = waiting.findIndex((task) => task.connections <= free || running === 0);
		return at < 0 ? undefined : waiting.splice(at, 1)[0];
	}

	/** All repetitions of one task, one after the other. */
	async runOne(task: Task, sandbox: Sandbox): Promise<void> {
		const { scenario } = task;
		this.#running.add(scenario.id);
		const records: ScenarioRecord[] = [];
		for (let i = 0; i < this.#context.repeat; i++) {
			if (this.#stopped !== undefined) break;
			records.push(await this.#decide(scenario, sandbox));
		}
		this.#running.delete(scenario.id);
		if (records.length === 0) this.skip(scenario, this.#stopped ?? "not run");
		else this.settle(worstOf(records));
	}

	/** Undecided is tried once more: the cause is usually that this machine was busy. */
	async #decide(scenario: Scenario, sandbox: Sandbox): Promise<ScenarioRecord> {
		const first = await this.#attempt(scenario, sandbox);
		return first.outcome.type === "undecided" ? this.#attempt(scenario, sandbox) : first;
	}

	async #attempt(scenario: Scenario, sandbox: Sandbox): Promise<ScenarioRecord> {
		const trace = new Trace(this.#context.codec);
		const start = performance.now();
		const outcome = await this.#outcome(scenario, sandbox, trace);
		return { scenario, outcome, durationMs: performance.now() - start, runs: 1, trace: trace.lines(traceLinesMax) };
	}

	async #outcome(scenario: Scenario, sandbox: Sandbox, trace: Trace): Promise<Outcome> {
		try {
			const name = `${scenario.id.replace(/\[(\d+)\]$/, "-$1")}-${++this.#rootCount}`;
			const root = await sandbox.makeRoot(name);
			const environment = { ...this.#context.environment, root, trace: (client: string) => trace.connection(client) };
			const result = await runScenario(scenario, environment);
			this.left.push(...(await sandbox.remove(root, result.identities)));
			return await this.judge(scenario, result);
		} catch (error) {
			if (isTargetGone(error)) return this.#breakOff(scenario, (error as Error).message);
			return { type: "wrong", reason: `a bug of zkspec itself: ${(error as Error).stack ?? String(error)}` };
		}
	}

	/** What the verdict means, given the profile and whether the target still serves. */
	async judge(scenario: Scenario, { verdict }: ScenarioResult): Promise<Outcome> {
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
				const dead = await this.#context.whyDead();
				if (dead !== undefined) return this.#breakOff(scenario, dead);
				return this.#context.divergences.violated(scenario, verdict.violation);
			}
			case "unreachable": {
				const dead = await this.#context.whyDead();
				return this.#breakOff(scenario, dead ?? verdict.reason, dead !== undefined);
			}
		}
	}

	/** Ends the run unless the target serves others still. */
	#breakOff(scenario: Scenario, reason: string, forAll = true): Outcome {
		if (forAll) {
			this.#brokenOff ??= `${reason} (while ${scenario.id} ran)`;
			this.stop("not run: the target broke off");
		}
		return { type: "unreachable", reason };
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
