import { unreachable } from "../client/unreachable.js";
import type { History } from "../history/history.js";
import type { HistoryRecord } from "../history/record.js";
import { describeConnection, describeServer } from "./connections.js";
import { describeSession, describeZxid } from "./words.js";

/** A record that is neither a call nor its end. */
export type Sign = Exclude<HistoryRecord, { readonly type: "call" | "reply" | "lost" }>;

const phaseWords = {
	healed: "healed: nothing is broken any more",
	final: "the final reads begin",
	end: "the end",
} as const;

/** An event, a change of a connection, a fault or a phase in words, without its time. */
export function describeSign(history: History, sign: Sign): string {
	switch (sign.type) {
		case "connecting": {
			const session = sign.session === 0n ? "for a new session" : `for session ${describeSession(sign.session)}`;
			const where = describeServer(history, sign.server);
			return `client ${sign.client} connects to ${where} ${session}, last zxid ${describeZxid(sign.lastZxid)}`;
		}
		case "connected":
			return `${describeConnection(history, sign.connection)}: connected, timeout ${sign.timeoutMs} ms`;
		case "expired":
			return `${describeConnection(history, sign.connection)}: was told that the session is gone`;
		case "disconnected":
			return `${describeConnection(history, sign.connection)}: disconnected`;
		case "event": {
			const zxid = sign.zxid < 0 ? "" : ` of zxid ${describeZxid(sign.zxid)}`;
			return `${describeConnection(history, sign.connection)}: event ${sign.event} ${sign.path}${zxid}`;
		}
		case "fault":
			return sign.text;
		case "phase":
			return phaseWords[sign.phase];
		default:
			return unreachable(sign);
	}
}
