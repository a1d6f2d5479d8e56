import { Codec } from "../../../conformance/client/codec.js";
import { loadWireSpec } from "../../../spec/load/wire.js";
import { Breaches } from "../../load/breaches.js";
import { Buckets, makeHistogram } from "../../load/buckets.js";
import type { LoadResult, OperationKind } from "../../load/contract.js";
import { isWithin } from "../../load/is-within.js";
import { latencyOf } from "../../load/latency.js";
import { costMeter, type OwnCost } from "../../load/own-cost.js";
import { cleanUp } from "../../load/set-up.js";
import type { Metered } from "../../targets/meter.js";
import { meter } from "../../targets/meter.js";
import type { Stage } from "../measured.js";
import { PlainSession, SessionLostError } from "./plain-session.js";

const sessionTimeoutMs = 30_000;
/** Sessions that are opened side by side. */
const openingMost = 100;

/** A load that a measurement makes itself, in this process; it adds up to the same result as one of a mix. */
export class OwnLoad {
	readonly codec = new Codec(loadWireSpec());
	readonly breaches = new Breaches();
	readonly #stage: Stage;
	readonly #kind: OperationKind;
	readonly #latencies = new Buckets();
	#sessions: PlainSession[] = [];
	#operations = 0;
	#begun: { readonly startMs: number; readonly cost: () => OwnCost; readonly end: () => Metered } | undefined;

	/** @param kind of the operations whose latencies are told */
	constructor(stage: Stage, kind: OperationKind) {
		this.#stage = stage;
		this.#kind = kind;
	}

	/** Runs it, and removes its nodes and sessions whatever happens. */
	async within<T>(body: () => Promise<T>): Promise<T> {
		const { target, root } = this.#stage;
		try {
			await cleanUp({ addresses: target.addresses, root });
			return await body();
		} finally {
			await this.closeAll();
			await cleanUp({ addresses: target.addresses, root });
		}
	}

	/** One session, on the server whose turn it is. @throws SessionLostError when it is not taken */
	async open(at: number, onEvent?: (type: number, path: string) => void): Promise<PlainSession> {
		const { addresses } = this.#stage.target;
		const address = addresses[at % addresses.length];
		if (address === undefined) throw new SessionLostError("there is no server");
		const { codec, breaches } = this;
		const events = onEvent === undefined ? {} : { onEvent };
		const session = await PlainSession.open(address, { codec, breaches, timeoutMs: sessionTimeoutMs, ...events });
		this.#sessions.push(session);
		return session;
	}

	/** Many, a hundred at a time. */
	async openAll(count: number, onEvent?: (at: number, type: number, path: string) => void): Promise<PlainSession[]> {
		const sessions: PlainSession[] = [];
		await eachInParallel(count, openingMost, async (at) => {
			const told = onEvent === undefined ? undefined : (type: number, path: string) => onEvent(at, type, path);
			sessions[at] = await this.open(at, told);
		});
		return sessions;
	}

	async closeAll(): Promise<void> {
		const sessions = this.#sessions;
		this.#sessions = [];
		await eachInParallel(sessions.length, openingMost, async (at) => sessions[at]?.close());
	}

	/** From here on it counts. */
	begin(): void {
		this.#begun = { startMs: performance.now(), cost: costMeter(), end: meter(this.#stage.target) };
	}

	answered(sinceMs: number): void {
		this.#latencies.add((performance.now() - sinceMs) * 1000);
		this.#operations++;
	}

	/** Operations whose time nobody tells. */
	alsoDone(count: number): void {
		this.#operations += count;
	}

	/** A reply that should have had another result. */
	expect(err: number, what: string, due = 0): void {
		if (err === due) return;
		const { codec } = this;
		this.breaches.add("error", () => `${what}: ${codec.errorName(err)} came, ${codec.errorName(due)} was due`);
	}

	/**
	 * Waits for watch events, but not for ever: who waits for one that is lost would end with the user's patience.
	 * @param text what is lost if they do not come
	 */
	async told(events: Promise<void>, text: () => string): Promise<void> {
		const { eventMsMost } = this.#stage;
		if (await isWithin(eventMsMost, events)) return;
		this.breaches.add("lost-event", () => `${text()} within ${eventMsMost} ms`);
	}

	/** What was done since `begin`. */
	end(): { readonly load: LoadResult; readonly metered: Metered } {
		if (this.#begun === undefined) throw new Error("it has not begun");
		const metered = this.#begun.end();
		const measuredMs = performance.now() - this.#begun.startMs;
		const { cpuMicros, utilization } = this.#begun.cost();
		const histogram = makeHistogram();
		this.#latencies.addTo(histogram);
		const latency = latencyOf(histogram);
		const operations = this.#operations;
		const cpuMicrosPerOperation = operations === 0 ? 0 : cpuMicros / operations;
		const load: LoadResult = {
			measuredMs,
			operations,
			operationsPerSecond: (operations * 1000) / measuredMs,
			errors: 0,
			latency,
			byKind: { [this.#kind]: latency },
			samples: [],
			client: { workers: 1, cpuMicros, cpuMicrosPerOperation, utilization },
			breaches: this.breaches.list(),
		};
		return { load, metered };
	}
}

/** Does something `count` times, so many at a time. */
export async function eachInParallel(count: number, most: number, each: (at: number) => Promise<void>): Promise<void> {
	let next = 0;
	const some = async (): Promise<void> => {
		while (next < count) await each(next++);
	};
	await Promise.all(Array.from({ length: Math.min(most, count) }, some));
}
