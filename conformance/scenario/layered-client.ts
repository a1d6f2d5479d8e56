import { SessionClient, type SessionState } from "../client/session-client.js";
import type { Fields, Value } from "../client/value.js";
import { enumName } from "./enum-name.js";
import type { ScenarioEnvironment } from "./environment.js";
import type { EventValue } from "./scenario-client.js";

/**
 * A client with the session layer of real ones: it pings, reconnects and restores its watches by itself. Its events come
 * apart from its replies, as they do in a real client.
 */
export class LayeredClient {
	readonly session: SessionClient;
	readonly #environment: ScenarioEnvironment;
	readonly #events: EventValue[] = [];
	#changed: () => void = () => {};

	constructor(name: string, environment: ScenarioEnvironment, timeoutMs: number) {
		this.#environment = environment;
		const trace = environment.trace(name);
		this.session = new SessionClient(environment.codec, {
			servers: environment.addresses,
			timeoutMs,
			seed: environment.seed,
			roundDelayMs: 50,
			onEvent: (event, zxid) => this.#take(event, zxid),
			onState: () => this.#changed(),
			...(trace && { trace: () => trace }),
		});
	}

	/** Events that no step has taken yet. */
	get waiting(): readonly EventValue[] {
		return this.#events;
	}

	/** The next event, or undefined when none comes in time. */
	async nextEvent(timeoutMs: number): Promise<EventValue | undefined> {
		await this.#until(() => this.#events.length > 0, timeoutMs);
		return this.#events.shift();
	}

	/** The state that the session is in when it is the wanted one, or once the time is over. */
	async stateWithin(wanted: SessionState, timeoutMs: number): Promise<SessionState> {
		await this.#until(() => this.session.state === wanted, timeoutMs);
		return this.session.state;
	}

	identify(scheme: string, auth: Value): void {
		this.session.addAuth(scheme, auth);
	}

	#take(event: Fields, zxid: bigint): void {
		const { wire } = this.#environment.codec;
		const { type, state, path } = event as { type: number; state: number; path: string };
		const names = { type: enumName(wire, "eventType", type), state: enumName(wire, "keeperState", state) };
		this.#events.push({ ...names, path, zxid, xid: -1 });
		this.#changed();
	}

	async #until(holds: () => boolean, timeoutMs: number): Promise<void> {
		const end = performance.now() + timeoutMs;
		while (!holds() && performance.now() < end) await this.#nextChange(end - performance.now());
	}

	#nextChange(timeoutMs: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, timeoutMs);
			this.#changed = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}
}
