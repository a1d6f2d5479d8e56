import { sessionNone } from "../model/ids.js";
import { type ConnectRequest, encodeConnectResponse, passwordBytes } from "../wire/handshake.js";
import type { ServerConfig } from "./config.js";
import { passwordOf } from "./password.js";
import type { Session } from "./sessions.js";

export function negotiatedTimeoutMs({ timeoutMs }: ConnectRequest, config: ServerConfig): number {
	return Math.min(Math.max(timeoutMs, config.sessionTimeoutMsMin), config.sessionTimeoutMsMax);
}

/** The frame that tells a client its session, and what kind of server this is if it wants to know. */
export function encodeWelcome(session: Session, readOnly: boolean | undefined): Uint8Array {
	const { id, timeoutMs } = session;
	return encodeConnectResponse({ timeoutMs, session: id, password: passwordOf(id), readOnly });
}

/** The same answer for a wrong password and a session that is gone: nobody can probe which one it was. */
export function encodeRefusal(readOnly: boolean | undefined): Uint8Array {
	return encodeConnectResponse({
		timeoutMs: 0,
		session: sessionNone,
		password: new Uint8Array(passwordBytes),
		readOnly,
	});
}
