import { setTimeout as sleep } from "node:timers/promises";
import type { LoadHooks, LoadPlan, LoadResult } from "../load/contract.js";
import type { WorkerResult } from "../load/load-worker.js";
import { assertPlan, resultOf } from "../load/run-load.js";
import { Control, type ControlOptions } from "./control.js";
import { DoubleBarrier } from "./double-barrier.js";
import { leaveTidy, type Member, memberIds, members } from "./membership.js";
import { type Order, type Outcome, orderSchema, type Word } from "./messages.js";
import { maybeParcel } from "./parcel.js";
import { type RoundNodes, type RunNodes, roundNodes, runNodes } from "./run-nodes.js";

/** There is no run: its workers did not come, or somebody else coordinates one of that name. */
export class GatherError extends Error {
	override readonly name = "GatherError";
}

export interface CoordinatorOptions extends ControlOptions {
	readonly run: string;
	/** So many workers are waited for. */
	readonly workers: number;
	readonly gatherMs: number;
	/** Of zkspec: workers of another version are refused. */
	readonly version: string;
	readonly signal?: AbortSignal;
	say(text: string): unknown;
}

/** A worker is not there any more, or can not do its share. */
class ShareError extends Error {
	override readonly name = "ShareError";
	readonly rule: "worker-lost" | "worker-failed";

	constructor(rule: "worker-lost" | "worker-failed", text: string) {
		super(text);
		this.rule = rule;
	}
}

/** How long members get to stop a load that is given up. */
const stopMs = 5000;
/** How long members get to go by themselves once all is over. */
const leaveMs = 10_000;

/** The one who tells the workers of a run what to measure, and adds up what they did. */
export class Coordinator {
	readonly #control: Control;
	readonly #nodes: RunNodes;
	readonly #options: CoordinatorOptions;
	readonly #lost = new AbortController();
	#members: readonly Member[] = [];
	#round = 0;

	/**
	 * Removes what an earlier run of this name left behind, and waits for the workers.
	 * @throws GatherError, ControlError; the signal's reason
	 */
	static async open(options: CoordinatorOptions): Promise<Coordinator> {
		const control = await Control.open(options, options.signal);
		const coordinator = new Coordinator(control, options);
		try {
			await coordinator.#takeOffice();
			await coordinator.#gather();
			return coordinator;
		} catch (error) {
			await coordinator.close(error instanceof Error ? error.message : String(error));
			throw error;
		}
	}

	private constructor(control: Control, options: CoordinatorOptions) {
		this.#control = control;
		this.#options = options;
		this.#nodes = runNodes(options.run);
	}

	/** Names of the workers. */
	get workers(): readonly string[] {
		return this.#members.map(({ name }) => name);
	}

	/**
	 * `runLoad` by all workers together; the plan's `workers` does not matter, samples are told at the end. When a worker
	 * is lost or fails, the result has nothing but a breach with its name.
	 * @throws PlanError, ControlError; the signal's reason
	 */
	async load(plan: LoadPlan, hooks: LoadHooks = {}): Promise<LoadResult> {
		const order = orderOf(plan, this.#members);
		assertPlan(order.plan);
		try {
			const results = await this.#measure(order, hooks);
			const result = resultOf(order.plan, results);
			for (const sample of result.samples) hooks.onSample?.(sample);
			return result;
		} catch (error) {
			if (!(error instanceof ShareError)) throw error;
			return resultOf(order.plan, [nothingBut(error)]);
		}
	}

	/** Tells the workers that all is over, for a reason or well, and leaves nothing behind. */
	async close(reason?: string): Promise<void> {
		try {
			if (!this.#control.over.aborted) await this.#leave(reason);
		} finally {
			this.#lost.abort();
			await this.#control.close();
		}
	}

	/** One coordinator at a time: the node is a lock, and workers believe only who has it. */
	async #takeOffice(): Promise<void> {
		const { run, sessionMs, say } = this.#options;
		const { coordinator, parents, rounds, workers } = this.#nodes;
		for (const path of [...parents, workers]) await this.#control.create(path);
		let isTold = false;
		const take = async (): Promise<true | undefined> => {
			await this.#control.tryCreate(coordinator, textOf({ state: "gathering" }), "EPHEMERAL");
			if (await this.#isInOffice()) return true;
			if (!isTold) say(`another coordinator of ${run} is, or was, there: waiting for its session to end`);
			isTold = true;
			return undefined;
		};
		await this.#untilWithin(2 * sessionMs, take, () => `somebody else coordinates ${run}`);
		await this.#control.removeTree(rounds);
		await this.#control.create(rounds);
	}

	async #isInOffice(): Promise<boolean> {
		const stat = await this.#control.maybeStat(this.#nodes.coordinator);
		return stat?.ephemeralOwner === this.#control.sessionId;
	}

	async #gather(): Promise<void> {
		const { run, workers, gatherMs, say } = this.#options;
		let count = -1;
		const haveText = () => `${run} has ${count} of ${workers} workers`;
		const gather = async (): Promise<readonly Member[] | undefined> => {
			const present = await members(this.#control, this.#nodes);
			const isTold = present.length === count;
			count = present.length;
			if (!isTold) say(haveText());
			return count >= workers ? present.slice(0, workers) : undefined;
		};
		this.#members = await this.#untilWithin(gatherMs, gather, () => `${haveText()} after ${gatherMs / 1000} s`);
		this.#assertVersions();
		await this.#say({ state: "running", members: this.#ids });
		this.#watchMembers();
	}

	async #untilWithin<T>(ms: number, look: () => Promise<T | undefined>, text: () => string): Promise<T> {
		const { signal } = this.#options;
		const late = AbortSignal.timeout(ms);
		try {
			return await this.#control.until(look, signal === undefined ? late : AbortSignal.any([late, signal]));
		} catch (error) {
			throw error === late.reason ? new GatherError(text()) : error;
		}
	}

	#assertVersions(): void {
		for (const { name, version } of this.#members)
			if (version !== this.#options.version)
				throw new GatherError(`${name} is zkspec ${version}, this is ${this.#options.version}`);
	}

	#watchMembers(): void {
		const lost = this.#control.until(async () => {
			const present = await memberIds(this.#control, this.#nodes);
			return this.#members.find(({ id }) => !present.includes(id));
		}, this.#lost.signal);
		lost.then(
			({ name }) => this.#lost.abort(new ShareError("worker-lost", `worker ${name} is gone`)),
			// That the session is over is told to whoever asks it for anything.
			() => undefined,
		);
	}

	async #measure(order: Order, hooks: LoadHooks): Promise<readonly WorkerResult[]> {
		this.#lost.signal.throwIfAborted();
		const nodes = roundNodes(this.#nodes, ++this.#round);
		await this.#control.create(nodes.root, JSON.stringify(order));
		for (const path of [nodes.barrier, nodes.outcomes]) await this.#control.create(path);
		await this.#say({ state: "running", members: this.#ids, round: this.#round });
		const over = new AbortController();
		const signal = AbortSignal.any([over.signal, this.#lost.signal, ...(hooks.signal ? [hooks.signal] : [])]);
		const told = this.#tellMeasuring(order, nodes, hooks, signal);
		try {
			const outcomes = await Promise.all(this.#members.map((member) => this.#outcome(nodes, member, signal)));
			// Nobody needs it any more; of a round that was given up some may, so that it stays until the end.
			await this.#control.removeTree(nodes.root);
			return outcomes.flat();
		} finally {
			over.abort();
			await told;
			await this.#say({ state: "running", members: this.#ids });
			const stopped = new DoubleBarrier(this.#control, nodes.barrier, this.#members.length).empty();
			await Promise.race([stopped, sleep(stopMs, undefined, { ref: false })]);
		}
	}

	/** By this clock, counted from the barrier: it differs from the workers' by the way of a message. */
	async #tellMeasuring(order: Order, nodes: RoundNodes, hooks: LoadHooks, signal: AbortSignal): Promise<void> {
		const { warmUpMs, measureMs } = order.plan;
		try {
			await new DoubleBarrier(this.#control, nodes.barrier, this.#members.length).entered(signal);
			await sleep(warmUpMs, undefined, { signal });
			hooks.onMeasuring?.();
			await sleep(measureMs, undefined, { signal });
			hooks.onMeasured?.();
		} catch (error) {
			if (!signal.aborted && !this.#control.over.aborted) throw error;
		}
	}

	async #outcome(nodes: RoundNodes, { id, name }: Member, signal: AbortSignal): Promise<readonly WorkerResult[]> {
		const path = `${nodes.outcomes}/${id}`;
		const outcome = (await this.#control.until(() => maybeParcel(this.#control, path), signal)) as Outcome;
		if (outcome.type === "measured") return outcome.results;
		throw new ShareError("worker-failed", `worker ${name}: ${outcome.text}`);
	}

	get #ids(): readonly string[] {
		return this.#members.map(({ id }) => id);
	}

	#say(word: Word): Promise<void> {
		return this.#control.set(this.#nodes.coordinator, textOf(word));
	}

	async #leave(reason: string | undefined): Promise<void> {
		if (await this.#isInOffice()) await this.#dismiss(reason);
		await leaveTidy(this.#control, this.#nodes);
	}

	async #dismiss(reason: string | undefined): Promise<void> {
		const ids = this.#ids;
		await this.#say({ state: "over", members: ids, ...(reason === undefined ? {} : { reason }) });
		const gone = this.#control.until(async () => {
			const present = await memberIds(this.#control, this.#nodes);
			return ids.some((id) => present.includes(id)) ? undefined : true;
		});
		// Who does not go in time is dead or stuck, and its node goes with its session.
		await Promise.race([gone, sleep(leaveMs, undefined, { ref: false })]);
		await this.#control.removeTree(this.#nodes.rounds);
		await this.#control.remove(this.#nodes.coordinator);
	}
}

function textOf(word: Word): string {
	return JSON.stringify(word);
}

/** Load processes are numbered through; each member has as many as it offers. */
function orderOf(plan: LoadPlan, all: readonly Member[]): Order {
	const shares: Record<string, readonly number[]> = {};
	let count = 0;
	for (const { id, processes } of all) {
		const first = count;
		shares[id] = Array.from({ length: processes }, (_, at) => first + at);
		count += processes;
	}
	return { schema: orderSchema, plan: { ...plan, workers: count }, shares };
}

function nothingBut({ rule, message }: ShareError): WorkerResult {
	return {
		operations: 0,
		errors: 0,
		histograms: {},
		samples: [],
		cpuMicros: 0,
		utilization: 0,
		breaches: [{ rule, text: message, count: 1 }],
	};
}
