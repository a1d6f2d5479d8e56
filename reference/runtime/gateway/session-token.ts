import { type SessionId, sessionId } from "../../model/ids.js";
import { passwordOf } from "../../server/password.js";

/** A session as whoever names it knows it. */
export interface NamedSession {
	readonly id: SessionId;
	/** What the server granted: taking the session up again must not change it. */
	readonly timeoutMs: number;
}

const pattern = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;
const passwordBytesShown = 4;

/**
 * In the form of a UUID: the session's id, its timeout, and the begin of its password. Every server can tell the session by
 * it and none keeps a table: a session goes on at another server of the ensemble, as it does for other clients.
 */
export function tokenOf({ id, timeoutMs }: NamedSession): string {
	const numbers = hexNumber(BigInt.asUintN(64, id), 16) + hexNumber(timeoutMs, 8);
	const hex = numbers + Buffer.from(passwordOf(id)).toString("hex", 0, passwordBytesShown);
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Undefined for what no server has given out. */
export function maybeNamedSession(token: string): NamedSession | undefined {
	const hex = pattern.exec(token)?.slice(1).join("");
	if (hex === undefined) return undefined;
	const id = sessionId(BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)));
	const named = { id, timeoutMs: Number.parseInt(hex.slice(16, 24), 16) };
	return tokenOf(named) === token ? named : undefined;
}

function hexNumber(value: number | bigint, digits: number): string {
	return value.toString(16).padStart(digits, "0");
}
