import { abortable } from "../../load/abortable.js";
import { OwnLoad } from "../clients/own-load.js";
import type { PlainSession } from "../clients/plain-session.js";
import type { Measured, Stage } from "../measured.js";

/**
 * Double barriers, one after the other: a client enters by a node of its own and waits for all others, and leaves by
 * deleting it and waiting for all others. Who comes last makes, and who goes last removes, the node that the others watch:
 * the last change in the order of zxids is followed by a read that sees all of them.
 */
export function measureBarriers(stage: Stage): Promise<Measured> {
	const { clients = 50, barriers = 20 } = stage.parameters;
	return new Barriers(stage, clients, barriers).measure();
}

class Barriers {
	readonly #stage: Stage;
	readonly #own: OwnLoad;
	readonly #clients: number;
	readonly #barriers: number;
	/** By client: whom an event of a path wakes. */
	readonly #waiters: readonly Map<string, () => void>[];
	/** By barrier: clients inside, as seen from here, which is later than on any server. */
	readonly #entering: number[];
	readonly #leaving: number[];

	constructor(stage: Stage, clients: number, barriers: number) {
		this.#stage = stage;
		this.#own = new OwnLoad(stage, "create");
		this.#clients = clients;
		this.#barriers = barriers;
		this.#waiters = Array.from({ length: clients }, () => new Map());
		this.#entering = new Array<number>(barriers).fill(0);
		this.#leaving = new Array<number>(barriers).fill(0);
	}

	measure(): Promise<Measured> {
		const own = this.#own;
		return own.within(async () => {
			const sessions = await own.openAll(this.#clients, (client, _, path) => this.#waiters[client]?.get(path)?.());
			await this.#make(sessions);
			own.begin();
			const passes = sessions.map((session, client) => this.#pass(session, client));
			await abortable(Promise.all(passes), this.#stage.signal);
			const { load, metered } = own.end();
			const barriersPerSecond = (2 * this.#clients * this.#barriers * 1000) / load.measuredMs;
			return { load, metered, figures: { durationMs: load.measuredMs, barriersPerSecond } };
		});
	}

	async #make(sessions: readonly PlainSession[]): Promise<void> {
		const { root } = this.#stage;
		const [first] = sessions;
		if (first === undefined) return;
		this.#own.expect((await first.call("create", { path: root })).err, "create the root");
		for (let i = 0; i < this.#barriers; i++)
			this.#own.expect((await first.call("create", { path: this.#folder(i) })).err, "create a barrier");
		await Promise.all(sessions.map((session) => session.call("sync", { path: root })));
	}

	async #pass(session: PlainSession, client: number): Promise<void> {
		for (let i = 0; i < this.#barriers; i++) {
			await this.#enter(session, client, i);
			this.#expectAll("entered", i, this.#entering);
			await this.#leave(session, client, i);
			this.#expectAll("left", i, this.#leaving);
		}
	}

	#expectAll(what: string, barrier: number, counts: readonly number[]): void {
		const count = counts[barrier];
		if (count === this.#clients) return;
		const text = `a client ${what} barrier ${barrier} when ${count} of ${this.#clients} had begun to`;
		this.#own.breaches.add("barrier", () => text);
	}

	async #enter(session: PlainSession, client: number, barrier: number): Promise<void> {
		const folder = this.#folder(barrier);
		this.#entering[barrier] = (this.#entering[barrier] ?? 0) + 1;
		this.#own.expect(await this.#timed(session, "create", { path: `${folder}/${client}` }), "create in a barrier");
		if ((await this.#childCount(session, folder)) >= this.#clients) {
			const err = await this.#timed(session, "create", { path: `${folder}/ready` });
			if (err !== this.#own.codec.errorCode("NODEEXISTS")) this.#own.expect(err, "create ready");
		} else await this.#until(session, client, `${folder}/ready`, true);
	}

	async #leave(session: PlainSession, client: number, barrier: number): Promise<void> {
		const folder = this.#folder(barrier);
		this.#leaving[barrier] = (this.#leaving[barrier] ?? 0) + 1;
		this.#own.expect(await this.#timed(session, "delete", { path: `${folder}/${client}` }), "delete in a barrier");
		if ((await this.#childCount(session, folder)) <= 1) {
			const err = await this.#timed(session, "delete", { path: `${folder}/ready` });
			if (err !== this.#own.codec.errorCode("NONODE")) this.#own.expect(err, "delete ready");
		} else await this.#until(session, client, `${folder}/ready`, false);
	}

	/** Waits until the node is there, or is gone. */
	async #until(session: PlainSession, client: number, path: string, there: boolean): Promise<void> {
		const waiters = this.#waiters[client];
		const told = new Promise<void>((resolve) => waiters?.set(path, resolve));
		const err = await this.#timed(session, "exists", { path, watch: true });
		const text = () => `client ${client} was not told that ${path} was ${there ? "made" : "removed"}`;
		if ((err === 0) !== there) await this.#own.told(told, text);
		waiters?.delete(path);
	}

	async #childCount(session: PlainSession, path: string): Promise<number> {
		const sinceMs = performance.now();
		const { err, value } = await session.call("getChildren", { path });
		this.#own.answered(sinceMs);
		this.#own.expect(err, "getChildren of a barrier");
		return Array.isArray(value.children) ? value.children.length : 0;
	}

	async #timed(session: PlainSession, operation: string, fields: Parameters<PlainSession["call"]>[1]): Promise<number> {
		const sinceMs = performance.now();
		const { err } = await session.call(operation, fields);
		this.#own.answered(sinceMs);
		return err;
	}

	#folder(barrier: number): string {
		return `${this.#stage.root}/${barrier}`;
	}
}
