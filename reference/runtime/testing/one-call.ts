import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Reader } from "../../lib/reader.js";
import { Writer } from "../../lib/writer.js";
import { encodeRequest, framed, type TestRequest } from "../../wire/testing/client-codec.js";

/** One request on a connection and a session of its own; undefined: the server went away before it answered. */
async function call(port: number, request: TestRequest): Promise<{ error: number; body: Reader } | undefined> {
	const socket = connect(port, "127.0.0.1");
	socket.on("error", () => undefined);
	const hello = new Writer().int(0).long(0).int(10_000).long(0).buffer(new Uint8Array(16)).boolean(false).copy();
	socket.write(framed(hello));
	socket.write(framed(encodeRequest(1, request)));
	let bytes = new Uint8Array();
	socket.on("data", (chunk) => {
		bytes = Uint8Array.from([...bytes, ...chunk]);
		if (framesOf(bytes).length > 1) socket.destroy();
	});
	await new Promise((resolve) => socket.once("close", resolve));
	const [, reply] = framesOf(bytes);
	if (reply === undefined) return undefined;
	const body = new Reader(reply);
	body.int();
	body.long();
	return { error: body.int(), body };
}

function framesOf(bytes: Uint8Array): Uint8Array[] {
	const reader = new Reader(bytes);
	const frames: Uint8Array[] = [];
	while (reader.remaining >= 4) {
		const length = reader.int();
		if (length > reader.remaining) break;
		frames.push(reader.raw(length));
	}
	return frames;
}

/**
 * Tried again while nobody can say: there is no leader yet, or it went away.
 * @throws Error when none of these errors is the answer in time
 */
export async function callUntil(port: number, request: TestRequest, errors: readonly number[]): Promise<Reader> {
	let last: number | undefined;
	for (let i = 0; i < 200; i++) {
		const reply = await call(port, request);
		last = reply?.error;
		if (reply !== undefined && errors.includes(reply.error)) return reply.body;
		await pause(50);
	}
	throw new Error(`${request.type} at ${port} was answered by ${last}`);
}
