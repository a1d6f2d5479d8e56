import { type Address, ConnectError, Connection } from "../client/connection.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { UnreachableError } from "../scenario/verdict.js";
import { describeAddress } from "./address.js";

/**
 * Connects, shakes hands and closes the session again: proves that a ZooKeeper listens there that serves clients.
 * @throws UnreachableError with one line that says what listens there instead
 */
export async function mustGreet(environment: ScenarioEnvironment): Promise<void> {
	for (const address of environment.addresses) await greetOne(environment, address);
}

async function greetOne(environment: ScenarioEnvironment, address: Address): Promise<void> {
	const { codec, replyTimeoutMs } = environment;
	const connection = await mustConnect(address, replyTimeoutMs);
	try {
		connection.writeFrame(codec.encodeRecord(codec.wire.handshake.request, {}));
		const frame = await connection.nextFrame(replyTimeoutMs);
		if (frame.type !== "frame") throw notServing(address, frame.type, await connection.readAll(0), replyTimeoutMs);
		checkAnswer(environment, address, frame.bytes);
		const header = { xid: 1, type: codec.operation("closeSession").code };
		connection.writeFrame(codec.encodeRecord(codec.wire.headers.request, header));
		await connection.nextFrame(replyTimeoutMs);
	} finally {
		connection.destroy();
	}
}

async function mustConnect(address: Address, timeoutMs: number): Promise<Connection> {
	try {
		return await Connection.open(address, { connectTimeoutMs: timeoutMs });
	} catch (error) {
		if (!(error instanceof ConnectError)) throw error;
		throw new UnreachableError(error.message, { cause: error });
	}
}

function checkAnswer(environment: ScenarioEnvironment, address: Address, bytes: Uint8Array): void {
	const where = describeAddress(address);
	try {
		const { codec } = environment;
		const { value, rest } = codec.decodeRecord(codec.wire.handshake.reply, bytes);
		if (rest.length > 0) throw new UnreachableError(`${where} is not a ZooKeeper: ${describeStart(bytes)}`);
		if (value.sessionId === 0n) throw new UnreachableError(`${where} refuses new sessions`);
	} catch (error) {
		if ((error as Error).name !== "DecodeError") throw error;
		throw new UnreachableError(`${where} is not a ZooKeeper: ${describeStart(bytes)}`, { cause: error });
	}
}

function notServing(address: Address, how: "closed" | "timeout", bytes: Uint8Array, timeoutMs: number): Error {
	const where = describeAddress(address);
	if (bytes.length > 0) return new UnreachableError(`${where} is not a ZooKeeper: ${describeStart(bytes)}`);
	if (how === "timeout") return new UnreachableError(`${where} did not answer a handshake within ${timeoutMs} ms`);
	return new UnreachableError(
		`${where} closed the connection instead of answering a handshake: not a ZooKeeper, or one that does not serve now`,
	);
}

function describeStart(bytes: Uint8Array): string {
	const start = Buffer.from(bytes.subarray(0, 40));
	const isText = /^[\t\r\n\x20-\x7e]+$/.test(start.toString("latin1"));
	const shown = isText ? JSON.stringify(start.toString("latin1")) : `0x${start.toString("hex")}`;
	return `it answered a handshake with ${shown}${bytes.length > start.length ? "…" : ""}`;
}
