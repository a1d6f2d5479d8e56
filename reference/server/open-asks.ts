import { Queue } from "../lib/queue.js";
import type { SessionId } from "../model/ids.js";
import type { Connection } from "./connection.js";

interface Ask {
	readonly cxid: number;
	/** Null: no client waits for it. */
	readonly connection: Connection | null;
}

/**
 * What a learner has asked its leader and not been answered. Answers name only the session and the client's own number, and
 * a client that comes back may count anew: an answer to what the connection before asked must not go to the present one.
 * So what was asked stays here, in its order, also when its connection has ended.
 */
export class OpenAsks {
	readonly #changes = new Map<SessionId, Queue<Ask>>();
	readonly #syncs = new Queue<Connection>();
	readonly #revalidations = new Map<SessionId, Queue<Connection>>();

	addChange(session: SessionId, cxid: number, connection: Connection | null): void {
		queueOf(this.#changes, session).push({ cxid, connection });
	}

	addSync(connection: Connection): void {
		this.#syncs.push(connection);
	}

	addRevalidation(session: SessionId, connection: Connection): void {
		queueOf(this.#revalidations, session).push(connection);
	}

	/**
	 * Who asked for a change that has been decided; null when nobody here did. Decisions come in the order of the asking:
	 * what was asked before and is not decided never will be, and `lost` hears of it.
	 */
	takeChange(session: SessionId, cxid: number, lost: (connection: Connection) => void): Connection | null {
		const queue = this.#changes.get(session);
		if (queue === undefined) return null;
		if (queue.peek()?.cxid !== cxid && !queue.some((ask) => ask.cxid === cxid)) return null;
		for (let ask = queue.shift(); ask !== undefined; ask = queue.shift()) {
			if (ask.cxid !== cxid) {
				if (ask.connection !== null) lost(ask.connection);
				continue;
			}
			if (queue.length === 0) this.#changes.delete(session);
			return ask.connection;
		}
		return null;
	}

	takeSync(): Connection | undefined {
		return this.#syncs.shift();
	}

	takeRevalidation(session: SessionId): Connection | undefined {
		const queue = this.#revalidations.get(session);
		const connection = queue?.shift();
		if (queue?.length === 0) this.#revalidations.delete(session);
		return connection;
	}

	/** The session has ended. */
	forget(session: SessionId): void {
		this.#changes.delete(session);
	}
}

function queueOf<T>(queues: Map<SessionId, Queue<T>>, session: SessionId): Queue<T> {
	const known = queues.get(session);
	if (known !== undefined) return known;
	const queue = new Queue<T>();
	queues.set(session, queue);
	return queue;
}
