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
	const own = new OwnLoad(stage, "create");
	const noNode = own.codec.errorCode("NONODE");
	const nodeExists = own.codec.errorCode("NODEEXISTS");
	const waiters = Array.from({ length: clients }, () => new Map<string, () => void>());
	/** By barrier: clients inside, as seen from here, which is later than on any server. */
	const entering = new Array<number>(barriers).fill(0);
	const leaving = new Array<number>(barriers).fill(0);

	return own.within(async () => {
		const sessions = await own.openAll(clients, (client, _, path) => waiters[client]?.get(path)?.());
		await makeBarriers(sessions);
		own.begin();
		await Promise.all(sessions.map(pass));
		const { load, metered } = own.end();
		const barriersPerSecond = (2 * clients * barriers * 1000) / load.measuredMs;
		return { load, metered, figures: { durationMs: load.measuredMs, barriersPerSecond } };
	});

	async function makeBarriers(sessions: readonly PlainSession[]): Promise<void> {
		const [first] = sessions;
		if (first === undefined) return;
		own.expect((await first.call("create", { path: stage.root })).err, "create the root");
		for (let i = 0; i < barriers; i++) await first.call("create", { path: `${stage.root}/${i}` });
		await Promise.all(sessions.map((session) => session.call("sync", { path: stage.root })));
	}

	async function pass(session: PlainSession, client: number): Promise<void> {
		for (let i = 0; i < barriers && !stage.signal.aborted; i++) {
			await enter(session, client, i);
			if (entering[i] !== clients)
				own.breaches.add("barrier", () => `a client entered barrier ${i} when ${entering[i]} of ${clients} were there`);
			await leave(session, client, i);
			if (leaving[i] !== clients)
				own.breaches.add("barrier", () => `a client left barrier ${i} when ${leaving[i]} of ${clients} had gone`);
		}
	}

	async function enter(session: PlainSession, client: number, barrier: number): Promise<void> {
		const folder = `${stage.root}/${barrier}`;
		entering[barrier] = (entering[barrier] ?? 0) + 1;
		own.expect(await timed(session, "create", { path: `${folder}/${client}` }), "create in a barrier");
		if ((await childCount(session, folder)) >= clients) {
			const err = await timed(session, "create", { path: `${folder}/ready` });
			if (err !== nodeExists) own.expect(err, "create ready");
		} else await until(session, client, `${folder}/ready`, true);
	}

	async function leave(session: PlainSession, client: number, barrier: number): Promise<void> {
		const folder = `${stage.root}/${barrier}`;
		leaving[barrier] = (leaving[barrier] ?? 0) + 1;
		own.expect(await timed(session, "delete", { path: `${folder}/${client}` }), "delete in a barrier");
		if ((await childCount(session, folder)) <= 1) {
			const err = await timed(session, "delete", { path: `${folder}/ready` });
			if (err !== noNode) own.expect(err, "delete ready");
		} else await until(session, client, `${folder}/ready`, false);
	}

	/** Waits until the node is there, or is gone. */
	async function until(session: PlainSession, client: number, path: string, there: boolean): Promise<void> {
		const told = new Promise<void>((resolve) => waiters[client]?.set(path, resolve));
		const err = await timed(session, "exists", { path, watch: true });
		if ((err === 0) !== there) await told;
		waiters[client]?.delete(path);
	}

	async function childCount(session: PlainSession, path: string): Promise<number> {
		const sinceMs = performance.now();
		const { err, value } = await session.call("getChildren", { path });
		own.answered(sinceMs);
		own.expect(err, "getChildren of a barrier");
		return Array.isArray(value.children) ? value.children.length : 0;
	}

	async function timed(session: PlainSession, operation: string, fields: Parameters<PlainSession["call"]>[1]) {
		const sinceMs = performance.now();
		const { err } = await session.call(operation, fields);
		own.answered(sinceMs);
		return err;
	}
}
