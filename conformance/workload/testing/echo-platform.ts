import type { Codec } from "../../client/codec.js";
import type { Link, LinkListener, Platform, Timer } from "../platform.js";

interface Planned {
	readonly atUs: number;
	readonly act: () => void;
}

/**
 * A world without servers: each request is answered after some ms of its own time with this error and the next zxid. The
 * answers' delays are the caller's, so that two runs can differ in timing only.
 */
export class EchoPlatform implements Platform {
	/** Requests by server and connection, in the order in which they came: operation code and body. */
	readonly requests: { readonly server: number; readonly bytes: Uint8Array }[] = [];
	readonly #codec: Codec;
	readonly #delayMs: () => number;
	#planned: Planned[] = [];
	#nowUs = 0;
	#zxid = 0n;

	constructor(codec: Codec, delayMs: () => number) {
		this.#codec = codec;
		this.#delayMs = delayMs;
	}

	nowUs(): number {
		return this.#nowUs;
	}

	after(ms: number, act: () => void): Timer {
		const planned = { atUs: this.#nowUs + Math.round(ms * 1000), act };
		this.#planned.push(planned);
		return { cancel: () => this.#forget(planned) };
	}

	connect(server: number, listener: LinkListener): Link {
		let isOpen = true;
		let greeted = false;
		this.after(this.#delayMs(), () => isOpen && listener.opened());
		const answer = (bytes: Uint8Array): void => {
			const body = greeted ? this.#reply(bytes) : this.#welcome();
			greeted = true;
			listener.message(body);
		};
		let lastUs = 0;
		const send = (bytes: Uint8Array): void => {
			this.requests.push({ server, bytes });
			// In order, whatever the delays are.
			lastUs = Math.max(lastUs + 1, this.#nowUs + this.#delayMs() * 1000);
			this.after((lastUs - this.#nowUs) / 1000, () => isOpen && answer(bytes));
		};
		return {
			send,
			close: () => {
				isOpen = false;
			},
		};
	}

	/** Lets time pass until then. */
	runUntil(ms: number): void {
		for (;;) {
			const next = this.#planned.toSorted((a, b) => a.atUs - b.atUs)[0];
			if (next === undefined || next.atUs > ms * 1000) break;
			this.#forget(next);
			this.#nowUs = next.atUs;
			next.act();
		}
		this.#nowUs = ms * 1000;
	}

	#forget(planned: Planned): void {
		this.#planned = this.#planned.filter((each) => each !== planned);
	}

	#welcome(): Uint8Array {
		const passwd = Buffer.from("0123456789abcdef");
		const fields = { protocolVersion: 0, timeOut: 4000, sessionId: 5n, passwd };
		return this.#codec.encodeRecord("ConnectResponse", fields);
	}

	#reply(bytes: Uint8Array): Uint8Array {
		const { xid } = this.#codec.decodeRecord("RequestHeader", bytes).value as { xid: number };
		return this.#codec.encodeRecord("ReplyHeader", { xid, zxid: ++this.#zxid, err: -101 });
	}
}
