import { Codec } from "../../conformance/client/codec.js";
import type { Address } from "../../conformance/client/connection.js";
import type { Reply } from "../../conformance/client/session-calls.js";
import { SessionClient } from "../../conformance/client/session-client.js";
import type { Value } from "../../conformance/client/value.js";
import { loadWireSpec } from "../../spec/load/wire.js";

export const codec = new Codec(loadWireSpec());

/** A call that had to succeed did not. */
class CallError extends Error {
	override readonly name = "CallError";
}

/** A session with a long timeout; as super user it sees everything. */
export function openSession(address: Address, timeoutMs = 10_000): SessionClient {
	const session = new SessionClient(codec, { servers: [address], timeoutMs, seed: 1, roundDelayMs: 50 });
	session.addAuth("digest", "super:zkspec");
	return session;
}

export function addressOf(text: string): Address {
	const [host = "", port = ""] = text.split(":");
	return { host, port: Number(port) };
}

/** @throws CallError for any result code but 0 */
export async function mustCall(session: SessionClient, operation: string, fields?: Value): Promise<Reply> {
	const reply = await session.call(operation, fields);
	if (reply.err === 0) return reply;
	throw new CallError(`${operation} ${JSON.stringify(fields)}: ${codec.errorName(reply.err)}`);
}
