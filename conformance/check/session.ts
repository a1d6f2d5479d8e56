import type { Connection, History } from "../history/history.js";

/** A session with the connections on which it was granted, in the order of the grants. */
export interface Session {
	readonly id: bigint;
	readonly connections: readonly Connection[];
}

export function sessionsOf(history: History): Session[] {
	const sessions = new Map<bigint, Connection[]>();
	const granted = history.connections.filter((connection) => connection?.granted !== undefined) as Connection[];
	for (const connection of granted.toSorted((one, other) => grantedRecord(one) - grantedRecord(other))) {
		const id = connection.granted?.session ?? 0n;
		const connections = sessions.get(id);
		if (connections === undefined) sessions.set(id, [connection]);
		else connections.push(connection);
	}
	return [...sessions].map(([id, connections]) => ({ id, connections }));
}

function grantedRecord(connection: Connection): number {
	return connection.granted?.record ?? -1;
}
