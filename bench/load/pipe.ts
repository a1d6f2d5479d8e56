import { connect, type Socket } from "node:net";
import type { Address } from "../../conformance/client/connection.js";
import type { Outbox } from "./outbox.js";

/** What comes through a pipe; bytes are only valid during the call. */
export interface PipeEnd {
	opened(): void;
	/** A message without its length. */
	received(bytes: Buffer, view: DataView, at: number, end: number): void;
	/** Before the messages of one chunk. */
	turnBegins(): void;
	/** After them: the time to send. */
	turnEnds(): void;
	/** Once; also when no connection was made. */
	closed(why: string): void;
}

/** Chunks of all sockets of this process are read into it, one after the other, and looked at in place. */
const chunk = Buffer.allocUnsafeSlow(256 * 1024);
const chunkView = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);

const messageBytesMost = 256 * 1024 * 1024;

/** A TCP connection of whole messages, with no object for a message and no copy but of one that two chunks share. */
export class Pipe {
	readonly #end: PipeEnd;
	readonly #socket: Socket;
	#carry = Buffer.allocUnsafeSlow(256);
	#carryView = viewOf(this.#carry);
	#carried = 0;
	#open = true;

	constructor(address: Address, end: PipeEnd) {
		this.#end = end;
		const socket = connect({
			...address,
			noDelay: true,
			onread: {
				buffer: chunk,
				callback: (length) => {
					this.#read(length);
					return true;
				},
			},
		});
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

	/** Without telling the other end of this pipe's user. */
	destroy(): void {
		this.#open = false;
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
		let at = this.#carried === 0 ? 0 : this.#complete(length);
		while (this.#open && length - at >= 4) {
			const end = at + 4 + chunkView.getInt32(at);
			if (end < at + 4 || end - at > messageBytesMost) {
				this.#finish(`a message says it has ${end - at - 4} bytes`);
				return;
			}
			if (end > length) break;
			this.#end.received(chunk, chunkView, at + 4, end);
			at = end;
		}
		if (!this.#open) return;
		if (at < length) this.#keep(at, length);
		this.#end.turnEnds();
	}

	/** Takes what the carried beginning of a message lacks; gives where the next one begins. */
	#complete(length: number): number {
		let at = 0;
		if (this.#carried < 4) at = this.#append(at, Math.min(length, 4 - this.#carried));
		if (this.#carried < 4) return at;
		const whole = 4 + this.#carryView.getInt32(0);
		if (whole < 4 || whole > messageBytesMost) {
			this.#finish(`a message says it has ${whole - 4} bytes`);
			return length;
		}
		this.#fit(whole);
		at = this.#append(at, Math.min(length, at + whole - this.#carried));
		if (this.#carried < whole) return at;
		this.#carried = 0;
		this.#end.received(this.#carry, this.#carryView, 4, whole);
		return at;
	}

	#append(from: number, to: number): number {
		chunk.copy(this.#carry, this.#carried, from, to);
		this.#carried += to - from;
		return to;
	}

	#keep(at: number, length: number): void {
		this.#fit(this.#carried + length - at);
		this.#append(at, length);
	}

	#fit(bytes: number): void {
		if (bytes <= this.#carry.length) return;
		const carry = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#carry.length));
		this.#carry.copy(carry, 0, 0, this.#carried);
		this.#carry = carry;
		this.#carryView = viewOf(carry);
	}
}

function viewOf(bytes: Buffer): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
