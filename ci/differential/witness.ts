import { DecodeError } from "../../conformance/client/byte-reader.js";
import type { Codec } from "../../conformance/client/codec.js";
import { type Address, Connection } from "../../conformance/client/connection.js";
import type { Fields, Value } from "../../conformance/client/value.js";
import { type Action, mapTexts, type Step } from "./program.js";
import type { Relative } from "./relative.js";

/** All that came back after one step, by client: its frames in order, in relative terms. */
export type Heard = { readonly [session: string]: readonly Value[] };

interface Session {
	id: bigint;
	password: Uint8Array;
	lastZxid: bigint;
	connection: Connection | undefined;
}

const answerTimeoutMs = 5000;
const sessionTimeoutMs = 600_000;
const wrongPassword = new Uint8Array(16).fill(7);

/** One server under comparison, with the sessions of one program. */
export class Witness {
	readonly #codec: Codec;
	readonly #address: Address;
	readonly #relative: Relative;
	readonly #sessions = new Map<string, Session>();
	readonly #left: Session[] = [];
	readonly #zxidAfter: { id: number; zxid: bigint }[] = [];
	#xid = 0;
	#born = 0;

	constructor(codec: Codec, address: Address, relative: Relative) {
		this.#codec = codec;
		this.#address = address;
		this.#relative = relative;
	}

	/** Does the step and waits for its answer and for every event that came of it; undefined where it has no place. */
	async perform(step: Step): Promise<Heard | undefined> {
		if (!this.#hasPlace(step)) return undefined;
		return this.#heard(step, await this.#act(step));
	}

	#hasPlace({ session: name, action }: Step): boolean {
		const session = this.#sessions.get(name);
		if (action.kind === "resume") return session !== undefined && session.connection === undefined;
		return action.kind === "connect" || session === undefined || session.connection !== undefined;
	}

	async #act({ session: name, action }: Step): Promise<Value[]> {
		const session = this.#sessions.get(name);
		if (action.kind === "connect") return [await this.#connect(name)];
		if (session === undefined)
			return [await this.#connect(name), ...(await this.#actOn(this.#must(name), name, action))];
		return this.#actOn(session, name, action);
	}

	async #actOn(session: Session, name: string, action: Exclude<Action, { kind: "connect" }>): Promise<Value[]> {
		switch (action.kind) {
			case "drop":
				session.connection?.destroy();
				session.connection = undefined;
				return [];
			case "call":
				return this.#call(session, action.operation, this.#body(action));
			case "frame": {
				const parts = mapTexts(action.parts, (text) => this.#placed(text)) as readonly Value[];
				return this.#call(session, action.operation, this.#codec.encodeParts(parts));
			}
			case "resume":
				return [await this.#handshake(name, session, action.password === "own" ? session.password : wrongPassword)];
		}
	}

	#must(name: string): Session {
		const session = this.#sessions.get(name);
		if (session === undefined) throw new Error(`there is no session ${name}`);
		return session;
	}

	#placed(text: string): string {
		return text.replaceAll("$root", this.#relative.root);
	}

	#body({ operation, fields, sinceStep }: Extract<Action, { kind: "call" }>): Uint8Array {
		const placed = mapTexts(fields, (text) => this.#placed(text));
		const since = this.#zxidAfter.findLast(({ id }) => id <= (sinceStep ?? -1))?.zxid ?? 0n;
		const all = sinceStep === undefined ? placed : { ...(placed as Fields), relativeZxid: since };
		return this.#codec.encodeRequest(operation, all, { defaults: true });
	}

	async #call(session: Session, operation: string, body: Uint8Array): Promise<Value[]> {
		const spec = this.#codec.operation(operation);
		const xid = spec.xid ?? ++this.#xid;
		const header = this.#codec.encodeRecord(this.#codec.wire.headers.request, { xid, type: spec.code });
		session.connection?.writeFrame(Buffer.concat([header, body]));
		return this.#untilAnswer(session, operation);
	}

	/** The frames up to the next one that is not an event, or to the end of the connection. */
	async #untilAnswer(session: Session, operation: string): Promise<Value[]> {
		const frames: Value[] = [];
		for (;;) {
			const frame = await session.connection?.nextFrame(answerTimeoutMs);
			if (frame?.type !== "frame") {
				session.connection?.destroy();
				session.connection = undefined;
				return [...frames, { kind: frame?.type ?? "closed" }];
			}
			const read = this.#read(session, operation, frame.bytes);
			frames.push(this.#relative.of(read));
			if (read.kind !== "event") return frames;
		}
	}

	#read(session: Session, operation: string, bytes: Uint8Array): Fields {
		try {
			const { value, rest } = this.#codec.decodeRecord(this.#codec.wire.headers.reply, bytes);
			const { xid, zxid, err } = value as { xid: number; zxid: bigint; err: number };
			const isEvent = xid === this.#codec.xid("watchEvent") && err === 0;
			if (isEvent) return { kind: "event", zxid, ...this.#event(rest) };
			if (zxid > session.lastZxid) session.lastZxid = zxid;
			const header = { kind: "reply", xid, zxid, error: this.#codec.errorName(err) };
			if (err !== 0) return { ...header, rest: hex(rest) };
			const body = this.#codec.decodeReply(operation, rest);
			return { ...header, body: body.value, rest: hex(body.rest) };
		} catch (error) {
			if (error instanceof DecodeError) return { kind: "unreadable", why: error.message, bytes: hex(bytes) };
			throw error;
		}
	}

	#event(bytes: Uint8Array): Fields {
		const { value, rest } = this.#codec.decodeRecord(this.#codec.wire.headers.event, bytes);
		const name = (kind: string, number: Value | undefined) =>
			this.#codec.maybeEnumName(kind, Number(number)) ?? Number(number);
		return {
			type: name("eventType", value.type),
			state: name("keeperState", value.state),
			path: value.path ?? null,
			rest: hex(rest),
		};
	}

	/** A new session for this client; the one that it had is left to `finish`. */
	async #connect(name: string): Promise<Value> {
		const before = this.#sessions.get(name);
		if (before !== undefined) {
			before.connection?.destroy();
			this.#left.push(before);
		}
		const session: Session = { id: 0n, password: new Uint8Array(16), lastZxid: 0n, connection: undefined };
		this.#sessions.set(name, session);
		return this.#handshake(name, session, session.password);
	}

	async #handshake(name: string, session: Session, password: Uint8Array): Promise<Value> {
		const connection = await Connection.open(this.#address, { connectTimeoutMs: answerTimeoutMs });
		const { request, reply } = this.#codec.wire.handshake;
		const { id: sessionId, lastZxid: lastZxidSeen } = session;
		const fields = { lastZxidSeen, timeOut: sessionTimeoutMs, sessionId, passwd: password };
		connection.writeFrame(this.#codec.encodeRecord(request, fields));
		const frame = await connection.nextFrame(answerTimeoutMs);
		if (frame.type !== "frame") {
			connection.destroy();
			return { kind: frame.type };
		}
		const { value, rest } = this.#codec.decodeRecord(reply, frame.bytes);
		const id = value.sessionId as bigint;
		if (session.id === 0n) this.#adopt(name, session, value);
		if (id === 0n) connection.destroy();
		else session.connection = connection;
		const { passwd, ...others } = value;
		const isOwn = Buffer.compare(passwd as Uint8Array, session.password) === 0;
		return this.#relative.of({
			kind: "handshake",
			...others,
			password: isOwn ? "own" : hex(passwd as Uint8Array),
			rest: hex(rest),
		});
	}

	#adopt(name: string, session: Session, { sessionId, passwd }: Fields): void {
		session.id = sessionId as bigint;
		session.password = new Uint8Array(passwd as Uint8Array);
		this.#relative.name(session.id, `${name}, session ${++this.#born}`);
	}

	/** A ping on every connection proves that no event is on its way any more. */
	async #heard(step: Step, frames: readonly Value[]): Promise<Heard> {
		const open = [...this.#sessions].filter(([, { connection }]) => connection !== undefined);
		const later = await Promise.all(
			open.map(async ([name, session]) => [name, await this.#call(session, "ping", new Uint8Array())] as const),
		);
		const heard: Record<string, readonly Value[]> = Object.fromEntries(later);
		heard[step.session] = [...frames, ...(heard[step.session] ?? [])];
		const zxid = [...this.#sessions.values()].reduce((most, { lastZxid }) => (lastZxid > most ? lastZxid : most), 0n);
		this.#zxidAfter.push({ id: step.id, zxid });
		return step.action.kind === "call" && step.action.operation === "closeSession" ? eventsSorted(heard) : heard;
	}

	/** Closes every session that is still there. */
	async finish(): Promise<void> {
		const all = [...this.#left, ...this.#sessions.values()];
		for (const session of all) {
			if (session.connection === undefined) await this.#handshake("", session, session.password);
			if (session.connection !== undefined) await this.#call(session, "closeSession", new Uint8Array());
			session.connection?.destroy();
		}
	}
}

/** A session's ephemeral nodes end in no defined order, so neither do their events come in one. */
function eventsSorted(heard: Heard): Heard {
	const sorted = (frames: readonly Value[]) => {
		const events = frames.filter((frame) => (frame as Fields).kind === "event");
		const others = frames.filter((frame) => (frame as Fields).kind !== "event");
		return [...events.sort((one, other) => (eventKey(one) < eventKey(other) ? -1 : 1)), ...others];
	};
	return Object.fromEntries(Object.entries(heard).map(([name, frames]) => [name, sorted(frames)]));
}

function eventKey(event: Value): string {
	const { path, type } = event as Fields;
	return `${String(path)} ${String(type)}`;
}

function hex(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("hex");
}
