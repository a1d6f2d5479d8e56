import { connect, type Socket } from "node:net";
import type { Address } from "../../conformance/client/connection.js";
import type { Outbox } from "./outbox.js";
import { type Receive, Splitter, viewOf } from "./splitter.js";

/** What comes through a pipe. */
export interface PipeEnd {
	opened(): void;
	/** A message without its length; the bytes are only valid during the call. */
	received: Receive;
	/** Before the messages of one chunk. */
	turnBegins(): void;
	/** After them: the time to send. */
	turnEnds(): void;
	/** Once; also when no connection was made. */
	closed(why: string): void;
}

/** Chunks of all sockets of this process are read into it, one after the other, and looked at in place. */
const chunk = Buffer.allocUnsafeSlow(256 * 1024);
const chunkView = viewOf(chunk);

/** A TCP connection of whole messages, with no object for a message. */
export class Pipe {
	readonly #end: PipeEnd;
	readonly #socket: Socket;
	readonly #splitter: Splitter;
	#open = true;

	constructor(address: Address, end: PipeEnd) {
		this.#end = end;
		this.#splitter = new Splitter((bytes, view, at, to) => end.received(bytes, view, at, to));
		const callback = (length: number): boolean => {
			this.#read(length);
			return true;
		};
		const socket = connect({ ...address, noDelay: true, onread: { buffer: chunk, callback } });
		this.#socket = socket;
		socket.on("connect", () => end.opened());
		socket.on("error", (error) => this.#finish(error.message));
		socket.on("end", () => this.#finish("the server ended it"));
		socket.on("close", () => this.#finish("it was closed"));
	}

	/** Everything in the outbox as one write; the outbox is empty afterwards. */
	send(outbox: Outbox): void {
		if (outbox.length === 0) return;
		const socket = this.#socket;
		if (this.#open) socket.write(outbox.bytes.subarray(0, outbox.length));
		outbox.length = 0;
		// What the system did not take at once is still to be written from the same bytes.
		if (socket.writableLength > 0) outbox.renew();
	}

	/** Without telling who uses this pipe. */
	destroy(): void {
		this.#open = false;
		this.#splitter.stop();
		this.#socket.destroy();
	}

	#finish(why: string): void {
		if (!this.#open) return;
		this.destroy();
		this.#end.closed(why);
	}

	#read(length: number): void {
		if (!this.#open) return;
		this.#end.turnBegins();
		const wrong = this.#splitter.feed(chunk, chunkView, length);
		if (wrong !== undefined) this.#finish(wrong);
		else if (this.#open) this.#end.turnEnds();
	}
}
