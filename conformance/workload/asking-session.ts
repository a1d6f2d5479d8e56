import type { Operation, Result } from "../history/record.js";
import type { Outcome } from "./attachment.js";
import type { Platform } from "./platform.js";
import { Session, type SessionParts } from "./session.js";

/** A workload's own calls, before and after its clients', found nobody who answers. */
export class NotServedError extends Error {
	override readonly name = "NotServedError";
}

/** A session whose calls are awaited one by one or many at a time. */
export class AskingSession {
	readonly #session: Session;
	readonly #platform: Platform;
	#arrived: (() => void)[] = [];

	constructor(parts: Omit<SessionParts, "listener">) {
		this.#platform = parts.platform;
		this.#session = new Session({
			...parts,
			listener: {
				connected: () => {
					for (const arrive of this.#arrived.splice(0)) arrive();
				},
				quiet: () => undefined,
				event: () => undefined,
				renewed: () => undefined,
				broken: () => undefined,
			},
		});
	}

	/** @throws NotServedError when no server takes it in time */
	async connect(withinMs: number): Promise<void> {
		this.#session.connect();
		await this.#connected(withinMs);
	}

	async #connected(withinMs: number): Promise<void> {
		if (this.#session.isConnected) return;
		const arrived = new Promise<void>((resolve) => this.#arrived.push(resolve));
		if (!(await isInTime(this.#platform, withinMs, arrived)))
			throw new NotServedError(`no server took a session within ${withinMs} ms`);
	}

	/** In flight together, if there is a connection in time. */
	async calls(operations: readonly Operation[], withinMs: number): Promise<readonly Outcome[]> {
		await this.#connected(withinMs);
		return Promise.all(
			operations.map((operation) => new Promise<Outcome>((resolve) => this.#session.call(operation, resolve))),
		);
	}

	/** @throws NotServedError for an error or no answer */
	async mustCall(operation: Operation, withinMs: number): Promise<Result> {
		const [outcome] = await this.calls([operation], withinMs);
		if (outcome?.type === "reply" && outcome.err === 0) return outcome.result;
		const what = outcome?.type === "reply" ? `was answered with error ${outcome.err}` : "had no answer";
		throw new NotServedError(`${operation.op} ${"path" in operation ? operation.path : ""} ${what}`);
	}

	close(): Promise<void> {
		return new Promise((resolve) => this.#session.close(resolve));
	}
}

/** Whether it came about before so much time had passed. */
export async function isInTime(platform: Platform, withinMs: number, happening: Promise<unknown>): Promise<boolean> {
	let cancel = (): void => undefined;
	const late = new Promise<boolean>((resolve) => {
		const timer = platform.after(withinMs, () => resolve(false));
		cancel = () => timer.cancel();
	});
	try {
		return await Promise.race([happening.then(() => true), late]);
	} finally {
		cancel();
	}
}
