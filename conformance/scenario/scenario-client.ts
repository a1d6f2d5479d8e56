import { type Address, Connection } from "../client/connection.js";
import type { Fields, Value } from "../client/value.js";
import { describeValue } from "./describe.js";
import { enumName } from "./enum-name.js";
import type { ScenarioEnvironment } from "./environment.js";
import { UnreachableError } from "./verdict.js";

/** What arrives on a connection, in order. */
export type Arrival =
	| { readonly type: "event"; readonly event: EventValue }
	| { readonly type: "reply"; readonly header: ReplyHeader; readonly body: Uint8Array }
	| { readonly type: "undecodable"; readonly message: string }
	| { readonly type: "closed" }
	| { readonly type: "timeout" };

export interface ReplyHeader {
	readonly xid: number;
	readonly zxid: bigint;
	readonly error: string;
}

export interface EventValue {
	readonly type: string;
	readonly state: string;
	readonly path: string;
	readonly zxid: bigint;
	readonly xid: number;
}

/** A request on its way, as needed to read its reply. */
export interface Sent {
	readonly operation: string;
	readonly xid: number;
	readonly fields: Value;
	/** The request in one line, for reports. */
	readonly text: string;
}

/** The answer to a handshake; `undefined` when the server closed the connection instead. */
export type HandshakeReply = Fields | undefined;

/** Where a server is asked, by its id; beyond the last one they are counted round. */
export function addressOf({ addresses }: ScenarioEnvironment, server: number): Address {
	const address = addresses[(server - 1) % addresses.length];
	if (address === undefined) throw new UnreachableError(`the target has no server ${server}`);
	return address;
}

/** One named client of a scenario: a session and its connection, with nothing done on its own. */
export class ScenarioClient {
	readonly name: string;
	readonly #environment: ScenarioEnvironment;
	#address: Address;
	#connection: Connection | undefined;
	#xid = 0;
	sessionId = 0n;
	passwd: Uint8Array = new Uint8Array(16);
	timeOut = 0;
	lastZxid = 0n;
	/** Sessions that this client had before the one it has now, with their passwords. */
	readonly abandoned = new Map<bigint, Uint8Array>();
	/** The session has been closed by this client or refused by the server. */
	ended = false;
	/** When the last two messages were sent, in local monotonic ms. */
	#sentMs: readonly [before: number, last: number] = [performance.now(), performance.now()];

	/** `server`: its id; beyond the last one they are counted round. */
	constructor(name: string, environment: ScenarioEnvironment, server: number) {
		this.name = name;
		this.#environment = environment;
		this.#address = addressOf(environment, server);
	}

	/** From its next connection on it goes to this server. */
	moveTo(server: number): void {
		this.#address = addressOf(this.#environment, server);
	}

	get connected(): boolean {
		return this.#connection !== undefined;
	}

	/** The TCP connection of this client. */
	get connection(): Connection {
		if (this.#connection === undefined) throw new UnreachableError(`client ${this.name} has no connection`);
		return this.#connection;
	}

	get localPort(): number {
		return this.#connection?.localPort ?? 0;
	}

	/** Whether the session may have expired by now because this side said nothing for so long. */
	get maybeExpired(): boolean {
		return this.timeOut > 0 && performance.now() - this.#sentMs[0] >= this.timeOut;
	}

	async open(): Promise<void> {
		this.#connection?.destroy();
		const trace = this.#environment.trace(this.name);
		const connectTimeoutMs = this.#environment.replyTimeoutMs;
		this.#connection = await Connection.open(this.#address, { connectTimeoutMs, ...(trace && { trace }) });
	}

	/**
	 * Sends a ConnectRequest and takes the session of the answer.
	 * @throws UnreachableError without an answer in time, DecodeError for one that can not be read
	 */
	async handshake(fields: Fields): Promise<HandshakeReply> {
		const { codec, replyTimeoutMs } = this.#environment;
		const { request, reply } = codec.wire.handshake;
		this.#write(codec.encodeRecord(request, fields));
		const frame = await this.connection.nextFrame(replyTimeoutMs);
		if (frame.type === "timeout") throw new UnreachableError(`no answer to the handshake within ${replyTimeoutMs} ms`);
		if (frame.type === "closed") return undefined;
		const { value, rest } = codec.decodeRecord(reply, frame.bytes);
		this.#take(value as Fields);
		return rest.length === 0 ? (value as Fields) : { ...(value as Fields), unexpectedBytes: rest };
	}

	#take(answer: Fields): void {
		const refused = answer.sessionId === 0n;
		if (!this.ended && this.sessionId !== 0n && this.sessionId !== answer.sessionId && !refused) {
			this.abandoned.set(this.sessionId, this.passwd);
		}
		this.ended = refused;
		if (refused) return;
		this.sessionId = answer.sessionId as bigint;
		this.passwd = new Uint8Array(answer.passwd as Uint8Array);
		this.timeOut = answer.timeOut as number;
	}

	/** Writes one request; replies are awaited with `next`. */
	send(operation: string, fields: Value, xidWanted: number | undefined): Sent {
		const { codec } = this.#environment;
		const spec = codec.operation(operation);
		const xid = xidWanted ?? spec.xid ?? ++this.#xid;
		const header = codec.encodeRecord(codec.wire.headers.request, { xid, type: spec.code });
		this.#write(Buffer.concat([header, codec.encodeRequest(operation, fields, { defaults: true })]));
		return { operation, xid, fields, text: `${this.name}: ${operation} ${describeValue(fields)}` };
	}

	#write(bytes: Uint8Array): void {
		this.connection.writeFrame(bytes);
		this.#sentMs = [this.#sentMs[1], performance.now()];
	}

	/** The next thing that arrives, decoded as far as its header. */
	async next(timeoutMs: number): Promise<Arrival> {
		const frame = await this.connection.nextFrame(timeoutMs);
		if (frame.type !== "frame") return frame;
		return this.#read(frame.bytes);
	}

	#read(bytes: Uint8Array): Arrival {
		const { codec } = this.#environment;
		try {
			const { value, rest } = codec.decodeRecord(codec.wire.headers.reply, bytes);
			const { xid, zxid, err } = value as { xid: number; zxid: bigint; err: number };
			if (xid === codec.xid("watchEvent") && err === 0) return this.#event(rest, xid, zxid);
			if (zxid > this.lastZxid) this.lastZxid = zxid;
			return { type: "reply", header: { xid, zxid, error: codec.errorName(err) }, body: rest };
		} catch (error) {
			return { type: "undecodable", message: String((error as Error).message) };
		}
	}

	#event(bytes: Uint8Array, xid: number, zxid: bigint): Arrival {
		const { codec } = this.#environment;
		const { value, rest } = codec.decodeRecord(codec.wire.headers.event, bytes);
		if (rest.length > 0) return { type: "undecodable", message: `${rest.length} bytes follow the event's last field` };
		const { type, state, path } = value as { type: number; state: number; path: string };
		const names = {
			type: enumName(codec.wire, "eventType", type),
			state: enumName(codec.wire, "keeperState", state),
		};
		return { type: "event", event: { ...names, path, zxid, xid } };
	}

	drop(how: "fin" | "reset" | "half"): void {
		if (how === "half") {
			this.connection.end();
			return;
		}
		if (how === "reset") this.connection.reset();
		else this.connection.destroy();
		this.#connection = undefined;
	}

	/** Forgets a connection that the server has closed. */
	forgetConnection(): void {
		this.#connection?.destroy();
		this.#connection = undefined;
	}

	/** What expressions see as `$name`. */
	describe(): Record<string, unknown> {
		const { sessionId, passwd, timeOut, lastZxid, localPort } = this;
		return { sessionId, passwd, timeOut, lastZxid, localPort };
	}
}
