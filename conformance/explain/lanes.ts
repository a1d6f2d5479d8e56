import { type SceneConnection, slotsMax } from "./page/scene.js";

/** One session's place in the picture, or a client's while it has no session. */
export interface Lane {
	readonly session: bigint;
	readonly client: number;
	/** When each row of calls is free again. */
	readonly rowsFreeUs: number[];
	slots: number;
	count: number;
}

interface OpenConnection {
	readonly client: number;
	readonly server: number;
	readonly fromUs: number;
	session: bigint;
	/** Undefined until a session was granted, or known to be none. */
	lane: number | undefined;
	granted: boolean;
	expired: boolean;
}

/** Which lane everything belongs to, as connections come and go. */
export class Lanes {
	readonly all: Lane[] = [];
	readonly connections: SceneConnection[] = [];
	readonly #numbers = new Map<string, number>();
	readonly #open = new Map<number, OpenConnection>();

	connecting(connection: number, client: number, server: number, session: bigint, atUs: number): void {
		const lane = session === 0n ? undefined : this.#number(session, client);
		this.#open.set(connection, { client, server, fromUs: atUs, session, lane, granted: false, expired: false });
	}

	connected(connection: number, session: bigint): void {
		const open = this.#open.get(connection);
		if (open === undefined) return;
		open.granted = true;
		open.session = session;
		open.lane = this.#number(session, open.client);
	}

	expired(connection: number): void {
		const open = this.#open.get(connection);
		if (open !== undefined) open.expired = true;
	}

	disconnected(connection: number, atUs: number): void {
		const open = this.#open.get(connection);
		if (open === undefined) return;
		this.#open.delete(connection);
		this.#close(open, atUs, open.expired ? "expired" : open.granted ? "lost" : "refused");
	}

	/** Connections that the history leaves open last to its end. */
	finish(atUs: number): void {
		for (const open of this.#open.values()) this.#close(open, atUs, open.expired ? "expired" : "open");
		this.#open.clear();
	}

	/** The lane of what happens on a connection now. */
	laneOf(connection: number): number {
		const open = this.#open.get(connection);
		if (open === undefined) return this.#number(0n, -1);
		open.lane ??= this.#number(open.session, open.client);
		return open.lane;
	}

	/** The row in which a call is drawn that begins now; `callEnded` has to follow for it. */
	beginCall(lane: number, atUs: number): number {
		const part = this.all[lane];
		if (part === undefined) return 0;
		const free = part.rowsFreeUs.findIndex((freeUs) => freeUs <= atUs);
		const row = free === -1 ? Math.min(part.rowsFreeUs.length, slotsMax - 1) : free;
		part.rowsFreeUs[row] = Number.POSITIVE_INFINITY;
		part.slots = Math.max(part.slots, row + 1);
		return row;
	}

	endCall(lane: number, row: number, atUs: number): void {
		const part = this.all[lane];
		if (part !== undefined) part.rowsFreeUs[row] = atUs;
	}

	#close(open: OpenConnection, atUs: number, end: SceneConnection[4]): void {
		const lane = open.lane ?? this.#number(0n, open.client);
		this.connections.push([lane, open.server, open.fromUs, atUs, end]);
	}

	#number(session: bigint, client: number): number {
		const key = session === 0n ? `client ${client}` : String(session);
		const known = this.#numbers.get(key);
		if (known !== undefined) return known;
		this.#numbers.set(key, this.all.length);
		return this.all.push({ session, client, rowsFreeUs: [], slots: 0, count: 0 }) - 1;
	}
}
