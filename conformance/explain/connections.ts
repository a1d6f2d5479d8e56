import type { History } from "../history/history.js";
import { describeSession } from "./words.js";

export function describeServer({ header }: History, server: number): string {
	return `server ${server + 1} (${header.servers[server] ?? "unknown"})`;
}

/** Who speaks to whom on a connection. */
export function describeConnection(history: History, number: number): string {
	const connection = history.connections[number];
	if (connection === undefined) return `connection ${number}`;
	const id = connection.granted?.session ?? connection.askedSession;
	const session = id === 0n ? "no session" : `session ${describeSession(id)}`;
	return `client ${connection.client}, ${session}, ${describeServer(history, connection.server)}`;
}
