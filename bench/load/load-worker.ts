import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Arrivals } from "./arrivals.js";
import { audit } from "./audit.js";
import type { Breaches } from "./breaches.js";
import { type Breach, type LoadPlan, type OperationKind, type Sample, sliceOf } from "./contract.js";
import { isWithin } from "./is-within.js";
import { describeKind, kindNames } from "./kind.js";
import type { Meter } from "./meter.js";
import { costMeter, type OwnCost, sumOfCosts } from "./own-cost.js";
import { Session } from "./session.js";
import { hasChildren } from "./set-up.js";
import { makeShared, type Shared } from "./shared.js";

const openTimeoutMs = 30_000;
/** Sessions that are opened side by side. */
const openingMost = 100;
/** After the measurement, for what is under way. */
const drainMs = 10_000;
const tendMs = 250;

/** The load could not be made: sessions were refused, a worker ended. */
export class LoadError extends Error {
	override readonly name = "LoadError";
}

export interface WorkerResult extends OwnCost {
	readonly operations: number;
	readonly errors: number;
	/** Compressed, by kind. */
	readonly histograms: Readonly<Partial<Record<OperationKind, string>>>;
	readonly samples: readonly Sample[];
	readonly breaches: readonly Breach[];
}

/** Once nothing is counted any more. */
export function workerResult(meter: Meter, cost: OwnCost, breaches: Breaches): WorkerResult {
	return {
		operations: meter.operations,
		errors: meter.errors,
		histograms: meter.histograms(),
		samples: meter.samples(0, Number.POSITIVE_INFINITY),
		...cost,
		breaches: breaches.list(),
	};
}

/** The share of the sessions that one process has: the steps of a measurement, in the order of the methods. */
export class LoadWorker {
	readonly #plan: LoadPlan;
	readonly #shared: Shared;
	readonly #sessions = new Map<number, Session>();
	readonly #arrivals = new Map<Session, Arrivals>();
	readonly #tell: (samples: readonly Sample[]) => void;
	readonly #timers: NodeJS.Timeout[] = [];
	readonly #abandoned = new AbortController();
	#tending: NodeJS.Timeout | undefined;
	readonly #costs: OwnCost[] = [];
	#told = 0;

	/** @param index of this worker, which has every so manieth session @param tell gets samples as they are over */
	constructor(plan: LoadPlan, index: number, tell: (samples: readonly Sample[]) => void) {
		this.#plan = plan;
		this.#shared = makeShared(plan);
		this.#tell = tell;
		const workers = Math.max(1, plan.workers);
		for (let session = index; session < plan.sessions; session += workers) {
			this.#sessions.set(session, this.#makeSession(session));
		}
	}

	/** @throws LoadError when a server does not take its sessions */
	async open(): Promise<void> {
		const waiting = [...this.#sessions.values()];
		const openSome = async (): Promise<void> => {
			for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.open();
		};
		const all = Promise.all(Array.from({ length: openingMost }, openSome));
		if (!(await isWithin(openTimeoutMs, all))) {
			throw new LoadError(`not all sessions were there within ${openTimeoutMs} ms`);
		}
		const lost = [...this.#sessions.values()].filter(({ isOver }) => isOver).length;
		if (lost > 0) {
			const [breach] = this.#shared.breaches.list();
			throw new LoadError(`${lost} of ${this.#sessions.size} sessions were not taken; ${breach?.text}`);
		}
		this.#tending = setInterval(() => {
			for (const session of this.#sessions.values()) session.tend(performance.now());
		}, tendMs);
	}

	/**
	 * Warms up and measures; returns when everything that was sent is answered.
	 * @param slice from 0; each has its turn once, in this order
	 */
	async run(slice: number): Promise<void> {
		const startsAtMs = performance.now();
		const { warmUpMs, measureMs } = sliceOf(this.#plan, slice);
		this.#shared.meter.begin(startsAtMs + warmUpMs, this.#plan.slice && slice);
		this.#schedule(startsAtMs);
		for (const session of this.#sessions.values()) session.start();
		await this.#sleep(warmUpMs);
		const cost = costMeter();
		this.#every(Math.max(this.#plan.sampleMs, 100), (nowMs) => this.#tellSamples(nowMs));
		await this.#sleep(startsAtMs + warmUpMs + measureMs - performance.now());
		this.#costs.push(cost());
		await this.#drain();
	}

	/** Reads through every server what these sessions wrote. */
	async audit(): Promise<void> {
		const children = [...this.#sessions].map(([index, session]) => [index, session.children] as const);
		await audit(this.#shared, { sessions: new Map(children), hasChildren: hasChildren(this.#plan) });
	}

	/** Ends the sessions. */
	async close(): Promise<WorkerResult> {
		await isWithin(drainMs, Promise.all([...this.#sessions.values()].map((session) => session.close())));
		this.abandon();
		return workerResult(this.#shared.meter, sumOfCosts(this.#costs), this.#shared.breaches);
	}

	/** At once, without a word to anybody. */
	abandon(): void {
		this.#abandoned.abort();
		clearInterval(this.#tending);
		this.#stopTimers();
		for (const session of this.#sessions.values()) session.abandon();
	}

	#makeSession(index: number): Session {
		const { arrival, sessions } = this.#plan;
		if (arrival.kind === "closed") return new Session(this.#shared, index, undefined);
		const gapMs = 1000 / arrival.perSecond;
		const arrivals = new Arrivals(index * gapMs, sessions * gapMs);
		const session = new Session(this.#shared, index, arrivals);
		this.#arrivals.set(session, arrivals);
		return session;
	}

	/** Lets requests of open arrival arrive from now on. */
	#schedule(startsAtMs: number): void {
		if (this.#arrivals.size === 0) return;
		for (const arrivals of this.#arrivals.values()) arrivals.begin(startsAtMs);
		this.#every(1, (nowMs) => {
			for (const [session, arrivals] of this.#arrivals) if (arrivals.arrive(nowMs) > 0) session.send(nowMs);
		});
	}

	async #drain(): Promise<void> {
		this.#stopTimers();
		const endsAtMs = performance.now();
		this.#shared.meter.end();
		this.#tellSamples(Number.POSITIVE_INFINITY);
		if (this.#plan.arrival.kind === "open") this.#countWaiting(endsAtMs);
		const stopped = Promise.all([...this.#sessions.values()].map((session) => session.stop()));
		if (await isWithin(drainMs, stopped)) return;
		const waiting = [...this.#sessions.values()].flatMap((session) => session.waiting(performance.now()));
		const [first] = waiting;
		if (first === undefined || this.#plan.toleratesLoss) return;
		this.#shared.breaches.add(
			"unanswered",
			() => `${describeKind(first.kind)} had no reply ${Math.round(first.waitedMs)} ms after it was due`,
			waiting.length,
		);
	}

	/** What was due and is not answered would be missing from the percentiles, and it is what waited longest. */
	#countWaiting(nowMs: number): void {
		const { meter } = this.#shared;
		const usual = kindNames.findIndex((name) => (this.#plan.mix[name] ?? 0) > 0);
		for (const [session, arrivals] of this.#arrivals) {
			arrivals.arrive(nowMs);
			for (const { kind, waitedMs } of session.waiting(nowMs)) meter.unanswered(kind, waitedMs * 1000);
			for (const waitedMs of arrivals.waiting(nowMs)) meter.unanswered(usual, waitedMs * 1000);
		}
	}

	#tellSamples(nowMs: number): void {
		const samples = this.#shared.meter.samples(this.#told, nowMs);
		this.#told += samples.length;
		if (samples.length > 0) this.#tell(samples);
	}

	async #sleep(ms: number): Promise<void> {
		await sleep(Math.max(0, Math.ceil(ms)), undefined, { signal: this.#abandoned.signal });
	}

	#every(ms: number, act: (nowMs: number) => void): void {
		this.#timers.push(setInterval(() => act(performance.now()), ms));
	}

	#stopTimers(): void {
		for (const timer of this.#timers.splice(0)) clearInterval(timer);
	}
}
