import { DecodeError } from "./byte-reader.js";
import type { Codec } from "./codec.js";
import { fieldsOf } from "./encode.js";
import { SessionError, type SessionErrorReason } from "./session-error.js";
import type { Fields, Value } from "./value.js";

export interface Reply {
	readonly err: number;
	readonly zxid: bigint;
	/** Empty when err is not 0. */
	readonly value: Fields;
}

interface Call {
	readonly xid: number;
	readonly operation: string;
	readonly fields: Fields;
	readonly bytes: Uint8Array;
	resolve(reply: Reply): void;
	reject(error: SessionError): void;
}

export type Received =
	| { readonly kind: "event"; readonly event: Fields; readonly zxid: bigint }
	| { readonly kind: "answer"; readonly operation: string; readonly fields: Fields; readonly reply: Reply }
	| { readonly kind: "authFailed" }
	/** The answer to a ping or to what the session itself repeats on a connection. */
	| { readonly kind: "special" }
	| { readonly kind: "fault"; readonly text: string };

const xidMax = 2 ** 31 - 1;

/** The calls of one session that wait for their replies, in the order of their requests. */
export class SessionCalls {
	readonly #codec: Codec;
	#waiting: Call[] = [];
	/** Where the waiting calls begin: taking them off the front one by one would cost as much as there are. */
	#answered = 0;
	#nextXid = 1;

	constructor(codec: Codec) {
		this.#codec = codec;
	}

	/** A new call and the message to send for it; `unsent` gives it again when it cannot be sent now. */
	add(operation: string, fields: Value | undefined): { promise: Promise<Reply>; bytes: Uint8Array } {
		const { request, shorthand, xid: fixedXid } = this.#codec.operation(operation);
		if (fixedXid !== undefined) throw new Error(`the session itself sends ${operation}; it cannot be called`);
		const record = request === undefined ? undefined : this.#codec.wire.records.get(request);
		const xid = this.#nextXid;
		this.#nextXid = xid === xidMax ? 1 : xid + 1;
		const bytes = this.#message(xid, operation, fields);
		const given = fieldsOf(shorthand ?? record?.shorthand, fields, operation);
		const promise = new Promise<Reply>((resolve, reject) => {
			this.#waiting.push({ xid, operation, fields: given, bytes, resolve, reject });
		});
		return { promise, bytes };
	}

	/** A message with a request number of its own, which no call waits for. */
	special(operation: string, fields: Value): Uint8Array {
		return this.#message(this.#codec.operation(operation).xid ?? 0, operation, fields);
	}

	#message(xid: number, operation: string, fields: Value | undefined): Uint8Array {
		const { code } = this.#codec.operation(operation);
		const header = this.#codec.encodeRecord(this.#codec.wire.headers.request, { xid, type: code });
		return Buffer.concat([header, this.#codec.encodeRequest(operation, fields, { defaults: true })]);
	}

	/** The messages of all calls that came while there was no connection. */
	unsent(): readonly Uint8Array[] {
		return this.#waiting.slice(this.#answered).map(({ bytes }) => bytes);
	}

	reject(reason: SessionErrorReason): void {
		const calls = this.#waiting.slice(this.#answered);
		this.#waiting = [];
		this.#answered = 0;
		for (const call of calls) call.reject(new SessionError(this.#codec, reason));
	}

	receive(bytes: Uint8Array): Received {
		try {
			return this.#receive(bytes);
		} catch (error) {
			if (error instanceof DecodeError) return { kind: "fault", text: error.message };
			throw error;
		}
	}

	#receive(bytes: Uint8Array): Received {
		const header = this.#codec.decodeRecord(this.#codec.wire.headers.reply, bytes);
		const { xid, zxid, err } = header.value as { xid: number; zxid: bigint; err: number };
		if (xid === this.#codec.xid("watchEvent") && err === 0) {
			const event = this.#codec.decodeRecord(this.#codec.wire.headers.event, header.rest).value;
			return { kind: "event", event, zxid };
		}
		if (xid === this.#codec.xid("auth") && err !== 0) return { kind: "authFailed" };
		if (this.#codec.maybeOperationByXid(xid) !== undefined) return { kind: "special" };
		return this.#answer(xid, zxid, err, header.rest);
	}

	#answer(xid: number, zxid: bigint, err: number, body: Uint8Array): Received {
		const call = this.#waiting[this.#answered];
		if (call === undefined || call.xid !== xid) {
			const awaited = call === undefined ? "none is awaited" : `that of ${call.xid} (${call.operation}) is awaited`;
			return { kind: "fault", text: `a reply has xid ${xid} and err ${this.#codec.errorName(err)}, but ${awaited}` };
		}
		const value = err === 0 ? this.#codec.decodeReply(call.operation, body).value : {};
		this.#forgetFirst();
		const reply = { err, zxid, value };
		call.resolve(reply);
		return { kind: "answer", operation: call.operation, fields: call.fields, reply };
	}

	#forgetFirst(): void {
		this.#answered++;
		if (this.#answered < 1024 && this.#answered < this.#waiting.length) return;
		this.#waiting = this.#waiting.slice(this.#answered);
		this.#answered = 0;
	}
}
