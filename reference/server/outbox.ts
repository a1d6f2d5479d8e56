import type { Writer } from "../lib/writer.js";
import { errors } from "../model/errors.js";
import { type Zxid, zxid, zxidZero } from "../model/ids.js";
import type { Acl } from "../model/records.js";
import { xids } from "../wire/opcodes.js";
import { type EventType, type ReplyBody, type ReplyHeader, writeEvent, writeReply } from "../wire/replies.js";
import { isGranted, perms } from "./access.js";
import { encodeRefusal, encodeWelcome } from "./admission.js";
import type { Connection, Waiting } from "./connection.js";
import type { ServerEffects } from "./contract.js";
import type { Figures } from "./figures.js";
import type { Session } from "./sessions.js";

const none: ReplyBody = { type: "none" };

/** Everything that goes to clients, counted. Nothing goes to a connection that has ended. */
export class Outbox {
	readonly #effects: ServerEffects;
	readonly #figures: Figures;
	readonly #skipAcl: boolean;
	readonly #readOnly: boolean;

	constructor(effects: ServerEffects, figures: Figures, skipAcl: boolean, readOnly: boolean) {
		this.#readOnly = readOnly;
		this.#effects = effects;
		this.#figures = figures;
		this.#skipAcl = skipAcl;
	}

	/** The reply to a request whose turn has come. */
	reply(connection: Connection, waiting: Waiting, at: Zxid, error: number, body: ReplyBody, nowMs: number): void {
		this.#count(connection, waiting, at, nowMs);
		const xid = waiting.isPing ? xids.ping : waiting.xid;
		const bytes = this.#reply(connection, { xid, zxid: at, error }, body);
		if (bytes > 0) this.#figures.responses.add(bytes);
	}

	/** The reply to an auth packet, which takes no turn and tells no zxid. */
	replyAtOnce(connection: Connection, xid: number, error: number, body: ReplyBody): void {
		this.#reply(connection, { xid, zxid: zxidZero, error }, body);
	}

	/** The reply to an operation that nobody knows, also out of turn. */
	unimplemented(connection: Connection, xid: number): void {
		this.#reply(connection, { xid, zxid: zxid(-1), error: errors.unimplemented }, none);
	}

	/** The reply to a createSession. */
	welcomeNew(connection: Connection, session: Session, waiting: Waiting, at: Zxid, nowMs: number): void {
		this.#count(connection, waiting, at, nowMs);
		this.welcome(connection, session);
	}

	welcome(connection: Connection, session: Session): void {
		this.#send(connection, encodeWelcome(session, this.#readOnlyFor(connection)));
	}

	refusal(connection: Connection): void {
		this.#send(connection, encodeRefusal(this.#readOnlyFor(connection)));
	}

	/** What a read-only server says to who wants a new session: a bare header where a handshake's answer belongs. */
	notReadOnly(connection: Connection, at: Zxid): void {
		this.#reply(connection, { xid: 0, zxid: at, error: errors.notReadOnly }, none);
	}

	/** Only those hear of a node who may read it; `acl` is the node's. */
	event(connection: Connection, type: EventType, path: string, at: Zxid, acl: readonly Acl[]): void {
		if (!this.#skipAcl && !isGranted(acl, perms.read, connection.ids)) return;
		if (this.#maySend(connection)) this.#effects.write(connection.link, (writer) => writeEvent(writer, type, path, at));
	}

	/** Text without a frame. */
	text(connection: Connection, bytes: Uint8Array): void {
		this.#effects.send(connection.link, bytes);
	}

	/** A client whose request had no such byte does not expect one. */
	#readOnlyFor(connection: Connection): boolean | undefined {
		return connection.sendsReadOnly ? this.#readOnly : undefined;
	}

	#count(connection: Connection, { xid, opcode, receivedMs }: Waiting, at: Zxid, nowMs: number): void {
		const latencyMs = Math.floor(nowMs - receivedMs);
		this.#figures.latencies.add(latencyMs);
		connection.figures.replied(opcode, xid, at, nowMs, latencyMs);
	}

	/** @returns how long it is; 0: nothing is sent */
	#reply(connection: Connection, header: ReplyHeader, body: ReplyBody): number {
		let bytes = 0;
		const encode = (writer: Writer): void => {
			bytes = writeReply(writer, header, body);
		};
		if (this.#maySend(connection)) this.#effects.write(connection.link, encode);
		return bytes;
	}

	#send(connection: Connection, frame: Uint8Array): void {
		if (this.#maySend(connection)) this.#effects.send(connection.link, frame);
	}

	/** Counts what is sent then. */
	#maySend(connection: Connection): boolean {
		if (connection.ended) return false;
		this.#figures.sent++;
		connection.figures.sent++;
		return true;
	}
}
