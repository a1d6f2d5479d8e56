import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { type Frame, FrameInbox } from "./frame-inbox.js";

export interface Address {
	readonly host: string;
	readonly port: number;
}

/** Told of every message as it passes; `at` is in ms of the monotonic clock. */
export interface FrameTrace {
	sent(body: Uint8Array, atMs: number): void;
	received(body: Uint8Array, atMs: number): void;
	/** Anything else worth a line: raw bytes, open, close. */
	note(text: string, atMs: number): void;
}

export interface OpenOptions {
	readonly connectTimeoutMs: number;
	readonly trace?: FrameTrace;
}

/** How the stream ended: the other side said so, it was cut, or this side destroyed it. */
export type CloseReason = "end" | "reset" | "destroyed";

export interface Closed {
	readonly type: "closed";
	readonly reason: CloseReason;
}

export type NextFrame = Frame | Closed | { readonly type: "timeout" };

/** No connection was made: refused, unreachable or not in time. */
export class ConnectError extends Error {
	override readonly name = "ConnectError";
}

interface Waiter {
	deliver(next: NextFrame): void;
}

/**
 * One TCP connection to a server: an ordered inbox of whole messages, then `closed` for ever. Everything written in one
 * turn of the event loop leaves as one write.
 */
export class Connection {
	readonly localPort: number;
	/** Settles, never rejects, when the stream is over; messages that came before are still in the inbox. */
	readonly closed: Promise<void>;
	readonly #socket: Socket;
	readonly #trace: FrameTrace | undefined;
	readonly #inbox = new FrameInbox();
	readonly #waiters: Waiter[] = [];
	#reason: CloseReason | undefined;
	#settle: () => void = () => {};
	#corked = false;

	/** @throws ConnectError when the connection is refused or takes longer than `connectTimeoutMs` */
	static open(address: Address, options: OpenOptions): Promise<Connection> {
		return new Promise((resolve, reject) => {
			const socket = connect({ ...address, allowHalfOpen: true, noDelay: true });
			const where = `${address.host}:${address.port}`;
			const timer = setTimeout(() => {
				socket.destroy();
				reject(new ConnectError(`no connection to ${where} within ${options.connectTimeoutMs} ms`));
			}, options.connectTimeoutMs);
			const refuse = (cause: NodeJS.ErrnoException) => {
				clearTimeout(timer);
				// The server took the connection and ended it before this side could look.
				if (cause.code === "EPIPE" || cause.code === "ECONNRESET") resolve(new Connection(socket, options.trace));
				else reject(new ConnectError(`no connection to ${where}: ${cause.message}`, { cause }));
			};
			socket.once("error", refuse);
			socket.once("connect", () => {
				clearTimeout(timer);
				socket.off("error", refuse);
				resolve(new Connection(socket, options.trace));
			});
		});
	}

	private constructor(socket: Socket, trace: FrameTrace | undefined) {
		this.#socket = socket;
		this.#trace = trace;
		this.localPort = socket.localPort ?? 0;
		this.closed = new Promise((resolve) => {
			this.#settle = resolve;
		});
		socket.on("data", (chunk: Buffer) => this.#receive(chunk));
		socket.on("end", () => {
			this.#finish("end");
			socket.end();
		});
		socket.on("error", () => this.#finish("reset"));
		socket.on("close", () => this.#finish("reset"));
	}

	get isClosed(): boolean {
		return this.#reason !== undefined;
	}

	/** Bytes as they are, without a length. */
	write(bytes: Uint8Array): void {
		this.#trace?.note(
			`raw ${bytes.length} bytes 0x${Buffer.from(bytes.subarray(0, 64)).toString("hex")}`,
			performance.now(),
		);
		this.#cork();
		this.#socket.write(bytes);
	}

	/** A message behind its length. */
	writeFrame(body: Uint8Array): void {
		this.#trace?.sent(body, performance.now());
		const length = Buffer.allocUnsafe(4);
		length.writeInt32BE(body.length);
		this.#cork();
		this.#socket.write(length);
		this.#socket.write(body);
	}

	/** The next message in order, waiting for it at most `timeoutMs`; `closed` only after all that came before. */
	nextFrame(timeoutMs: number): Promise<NextFrame> {
		const ready = this.tryFrame();
		if (ready !== undefined) return Promise.resolve(ready);
		return new Promise((resolve) => {
			const waiter: Waiter = {
				deliver: (next) => {
					clearTimeout(timer);
					resolve(next);
				},
			};
			const timer = setTimeout(() => {
				this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
				resolve({ type: "timeout" });
			}, timeoutMs);
			this.#waiters.push(waiter);
		});
	}

	/** What `nextFrame` would give at once, or undefined when nothing is there yet. */
	tryFrame(): Frame | Closed | undefined {
		const frame = this.#inbox.take();
		if (frame !== undefined) return frame;
		return this.#reason === undefined ? undefined : { type: "closed", reason: this.#reason };
	}

	/** All bytes not yet taken, once the other side has closed or `timeoutMs` have passed (for four-letter words). */
	async readAll(timeoutMs: number): Promise<Uint8Array> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, timeoutMs);
		});
		await Promise.race([this.closed, late]);
		clearTimeout(timer);
		return this.#inbox.takeAll();
	}

	/** Says that nothing more is sent; replies are still read. */
	end(): void {
		this.#socket.end();
	}

	/** Closes both ways after what was written has been handed to the system. */
	destroy(): void {
		this.#flush();
		this.#finish("destroyed");
		this.#socket.destroy();
	}

	/** Closes with a TCP reset instead of an orderly end. */
	reset(): void {
		this.#flush();
		this.#finish("destroyed");
		this.#socket.resetAndDestroy();
	}

	#cork(): void {
		if (this.#corked) return;
		this.#corked = true;
		this.#socket.cork();
		setImmediate(() => this.#flush());
	}

	#flush(): void {
		if (!this.#corked) return;
		this.#corked = false;
		this.#socket.uncork();
	}

	#receive(chunk: Buffer): void {
		const atMs = performance.now();
		if (this.#reason !== undefined) return;
		for (const frame of this.#inbox.add(chunk, atMs)) this.#trace?.received(frame.bytes, atMs);
		while (this.#waiters.length > 0) {
			const frame = this.#inbox.take();
			if (frame === undefined) return;
			this.#waiters.shift()?.deliver(frame);
		}
	}

	#finish(reason: CloseReason): void {
		if (this.#reason !== undefined) return;
		this.#reason = reason;
		this.#trace?.note(`closed (${reason})`, performance.now());
		for (const waiter of this.#waiters.splice(0)) waiter.deliver({ type: "closed", reason });
		this.#settle();
	}
}
