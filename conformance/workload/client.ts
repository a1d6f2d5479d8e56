import { unreachable } from "../client/unreachable.js";
import type { Operation } from "../history/record.js";
import type { Activity, Answer, Ask, Scope } from "./activity/activity.js";
import { activityOf } from "./activity/step-activity.js";
import type { Outcome } from "./attachment.js";
import type { Platform } from "./platform.js";
import { between, randomOf, streams, weighted } from "./random.js";
import type { Recorder } from "./recorder.js";
import { Session } from "./session.js";
import type { WireCalls } from "./wire-calls.js";
import type { SessionChange, Workload } from "./workload.js";

export interface ClientParts {
	readonly platform: Platform;
	readonly wire: WireCalls;
	readonly recorder: Recorder;
	readonly workload: Workload;
	readonly root: string;
	readonly seed: number;
	readonly client: number;
	readonly servers: readonly number[];
	onBroken(text: string): void;
	/** It has come to rest: nothing is under way and nothing more begins. */
	onRest(): void;
}

/** One thing after the other; a client has several of them side by side. */
interface Lane {
	activity: Activity | undefined;
	/** Rises when an activity is dropped, so that what it waited for finds nobody. */
	turn: number;
}

interface Waiter {
	readonly path: string;
	tell(came: boolean): void;
}

/** Draws steps, each from a stream of its own, and does them in one session after the other. */
export class Client {
	readonly session: Session;
	readonly #parts: ClientParts;
	readonly #lanes: readonly Lane[];
	readonly #versions = new Map<string, number>();
	#waiters: Waiter[] = [];
	/** What is to be sent, or done to the session, once there is a connection. */
	#waiting: (() => void)[] = [];
	#steps = 0;
	#isEnding = false;
	/** Waits for all that is in flight, and lets nothing more begin until then. */
	#gate: (() => void) | undefined;

	constructor(parts: ClientParts) {
		this.#parts = parts;
		const { platform, wire, recorder, client, servers, workload } = parts;
		this.#lanes = Array.from({ length: workload.inFlight }, () => ({ activity: undefined, turn: 0 }));
		this.session = new Session({
			platform,
			wire,
			recorder,
			client,
			servers,
			timeoutMs: workload.sessionTimeoutMs,
			listener: {
				connected: () => {
					this.#passGate();
					this.#flush();
				},
				quiet: () => this.#passGate(),
				event: (_, path) => this.#fired(path),
				renewed: () => this.#startAnew(),
				broken: (text) => parts.onBroken(text),
			},
		});
	}

	start(): void {
		this.session.connect();
		for (const lane of this.#lanes) this.#draw(lane);
	}

	/** Begins nothing more and stops waiting; what is under way comes to its end. */
	finish(): void {
		this.#isEnding = true;
		for (const { tell } of this.#waiters.splice(0)) tell(false);
		this.#checkRest();
	}

	/** How many steps it has drawn. */
	get stepCount(): number {
		return this.#steps;
	}

	get isAtRest(): boolean {
		return this.#lanes.every(({ activity }) => activity === undefined);
	}

	describe(): string {
		const busy = this.#lanes.filter(({ activity }) => activity !== undefined).length;
		const session = this.session.isConnected ? "connected" : "not connected";
		return `client ${this.#parts.client} (${session}, ${this.session.inFlight} in flight, ${busy} steps under way)`;
	}

	#checkRest(): void {
		const mayBegin = !this.#isEnding && this.#steps < this.#parts.workload.stepsMax;
		if (!mayBegin && this.isAtRest) this.#parts.onRest();
	}

	#draw(lane: Lane): void {
		const { workload, seed, client, platform } = this.#parts;
		lane.activity = undefined;
		if (this.#isEnding || this.#steps >= workload.stepsMax) {
			this.#checkRest();
			return;
		}
		const index = this.#steps++;
		const random = randomOf(seed, streams.step, client, index);
		const step = weighted(random, workload.steps);
		const pauseMs = between(random, workload.pauseMs);
		lane.activity = activityOf(step, this.#scope(random, index));
		const turn = lane.turn;
		const begin = (): void => {
			if (lane.turn === turn) this.#advance(lane, { type: "done" });
		};
		if (pauseMs > 0) platform.after(pauseMs, begin);
		else begin();
	}

	#scope(random: () => number, index: number): Scope {
		const { root, workload, client } = this.#parts;
		return {
			root,
			parameters: workload.parameters,
			client,
			unique: `${client}.${index}`,
			random,
			versions: this.#versions,
			isEnding: () => this.#isEnding,
		};
	}

	#advance(lane: Lane, answer: Answer): void {
		const next = lane.activity?.next(answer);
		if (next === undefined) return;
		if (next.done === true) this.#draw(lane);
		else this.#perform(lane, next.value);
	}

	#perform(lane: Lane, ask: Ask): void {
		const turn = lane.turn;
		const answer = (given: Answer): void => {
			if (lane.turn === turn) this.#advance(lane, given);
		};
		const { platform } = this.#parts;
		switch (ask.type) {
			case "calls":
				this.#whenConnected(() => this.#callAll(ask.operations, answer));
				break;
			case "event":
				this.#awaitEvent(ask.path, ask.ms, (came) => answer({ type: "event", came }));
				break;
			case "session":
				this.#whenConnected(() => {
					// It may end this activity.
					platform.after(0, () => answer({ type: "done" }));
					this.#change(ask.change, ask.staleWrite);
				});
				break;
			default:
				unreachable(ask);
		}
	}

	#whenConnected(act: () => void): void {
		if (this.session.isConnected && this.#waiting.length === 0 && this.#gate === undefined) act();
		else this.#waiting.push(act);
	}

	#whenQuiet(act: () => void): void {
		if (this.session.inFlight === 0) act();
		else this.#gate = act;
	}

	#passGate(): void {
		if (this.#gate === undefined || this.session.inFlight > 0) return;
		const act = this.#gate;
		this.#gate = undefined;
		act();
		this.#flush();
	}

	#flush(): void {
		while (this.session.isConnected && this.#gate === undefined) {
			const act = this.#waiting.shift();
			if (act === undefined) return;
			act();
		}
	}

	#callAll(operations: readonly Operation[], answer: (given: Answer) => void): void {
		const outcomes: Outcome[] = [];
		let open = operations.length;
		for (const [index, operation] of operations.entries()) {
			this.session.call(operation, (outcome) => {
				outcomes[index] = outcome;
				this.#learn(operation, outcome);
				if (--open === 0) answer({ type: "outcomes", outcomes });
				this.#passGate();
			});
		}
	}

	#learn(operation: Operation, outcome: Outcome): void {
		if (outcome.type === "lost" || outcome.err !== 0 || !("path" in operation)) return;
		const { result } = outcome;
		if (result.op === "create") this.#versions.set(result.path, 0);
		else if ("stat" in result) this.#versions.set(operation.path, result.stat.version);
	}

	#awaitEvent(path: string, ms: number, tell: (came: boolean) => void): void {
		if (this.#isEnding) {
			tell(false);
			return;
		}
		const waiter: Waiter = { path, tell };
		this.#waiters.push(waiter);
		this.#parts.platform.after(ms, () => {
			const index = this.#waiters.indexOf(waiter);
			if (index < 0) return;
			this.#waiters.splice(index, 1);
			tell(false);
		});
	}

	#fired(path: string): void {
		const told = this.#waiters.filter((waiter) => waiter.path === path);
		this.#waiters = this.#waiters.filter((waiter) => waiter.path !== path);
		for (const { tell } of told) tell(true);
	}

	#change(change: SessionChange, staleWrite: Operation): void {
		const { session } = this;
		const changes: Readonly<Record<SessionChange, () => void>> = {
			move: () => this.#whenQuiet(() => session.move()),
			drop: () => session.drop(),
			renew: () => this.#whenQuiet(() => session.renew()),
			abandon: () => session.abandon(),
			expire: () => session.outstay(),
			takeOver: () => this.#whenQuiet(() => session.takeOver(staleWrite)),
		};
		changes[change]();
	}

	/** What was under way belonged to a session that is over. */
	#startAnew(): void {
		this.#waiting = [];
		this.#waiters = [];
		this.#gate = undefined;
		for (const lane of this.#lanes) {
			lane.turn++;
			if (lane.activity !== undefined) this.#draw(lane);
		}
	}
}
