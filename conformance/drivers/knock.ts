import { connect } from "node:net";
import type { Address } from "../client/connection.js";

const lengthBytes = 4;
/** After the length: protocol version (int), last zxid seen (long), timeout (int), session id (long), password. */
const requestBytes = 45;
const sessionTimeoutMs = 5000;
const passwordBytes = 16;
const closeSession = -11;

/** A session from nothing, not content with a server that only reads. */
function connectRequest(): Buffer {
	const frame = Buffer.alloc(lengthBytes + requestBytes);
	frame.writeInt32BE(requestBytes);
	frame.writeInt32BE(sessionTimeoutMs, lengthBytes + 12);
	frame.writeInt32BE(passwordBytes, lengthBytes + 24);
	return frame;
}

function closeRequest(): Buffer {
	const frame = Buffer.alloc(lengthBytes + 8);
	frame.writeInt32BE(8);
	frame.writeInt32BE(closeSession, lengthBytes + 4);
	return frame;
}

/**
 * Whether a server gives out sessions, by asking for one and closing it: for those that answer no four-letter words. Written
 * here by hand, as this is needed where no wire spec was read.
 */
export function givesSessions(address: Address, timeoutMs = 2000): Promise<boolean> {
	return new Promise((resolve) => {
		let said = Buffer.alloc(0);
		const socket = connect({ ...address });
		const timer = setTimeout(() => socket.destroy(), timeoutMs);
		socket.write(connectRequest());
		socket.on("data", (bytes: Buffer) => {
			said = Buffer.concat([said, bytes]);
			if (isGranted(said)) socket.end(closeRequest());
		});
		// "close" follows.
		socket.on("error", () => undefined);
		socket.on("close", () => {
			clearTimeout(timer);
			resolve(isGranted(said));
		});
	});
}

/** The answer has the session's timeout behind its protocol version: 0 refuses. */
function isGranted(said: Buffer): boolean {
	return said.length >= lengthBytes + 8 && said.readInt32BE(lengthBytes + 4) > 0;
}
