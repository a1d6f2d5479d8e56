import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";

/** What is done to the bytes of one direction; whoever changes it calls `flow` of the pumps that go by it. */
export interface Weather {
	/** Nothing gets through, not even an end: as if the cable were out. */
	held: boolean;
	/** Each byte arrives that much later. */
	delayMs: number;
}

/** Told of the bytes of one direction of one connection in their order; gives what arrives instead. */
export type Translate = (bytes: Buffer) => Buffer;

type Parcel =
	| { readonly bytes: Buffer; readonly dueMs: number }
	| { readonly over: "end" | "reset"; readonly dueMs: number };

/** As much as is taken from the sender while the receiver gets nothing; a kernel takes about as much. */
const waitingBytesMax = 256 * 1024;

/** Carries one direction of a connection, in order, however late. */
export class BytePump {
	/** Bytes that may still pass before the connection is cut. */
	#bytesLeft: number | undefined;
	readonly #from: Socket;
	readonly #weather: Weather;
	readonly #onCut: () => void;
	readonly #translate: Translate | undefined;
	readonly #waiting: Parcel[] = [];
	#waitingBytes = 0;
	#to: Socket | undefined;
	#full = false;
	#over = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(from: Socket, weather: Weather, onCut: () => void, translate?: Translate) {
		this.#from = from;
		this.#weather = weather;
		this.#onCut = onCut;
		this.#translate = translate;
		from.on("data", (bytes: Buffer) => this.#take(this.#translate?.(bytes) ?? bytes));
		from.on("end", () => this.#finish("end"));
		// Who has said its last word and is gone before the answer resets the connection all the same.
		from.on("close", (hadError: boolean) => {
			if (!this.#over || hadError) this.#finish("reset");
		});
	}

	/** Where to, once that is connected. */
	leadTo(to: Socket): void {
		this.#to = to;
		to.on("drain", () => {
			this.#full = false;
			this.flow();
		});
		this.flow();
	}

	/** Sends what may go. */
	flow(): void {
		clearTimeout(this.#timer);
		while (this.#to !== undefined && !this.#weather.held && !this.#full) {
			const [next] = this.#waiting;
			if (next === undefined) break;
			const waitMs = next.dueMs - performance.now();
			if (waitMs > 0) {
				this.#timer = setTimeout(() => this.flow(), Math.ceil(waitMs));
				return;
			}
			this.#waiting.shift();
			this.#deliver(this.#to, next);
		}
		if (this.#waitingBytes < waitingBytesMax && !this.#full) this.#from.resume();
	}

	/** Ends the connection, for both sides, when this many more bytes have arrived. */
	cutAfter(bytes: number): void {
		this.#bytesLeft = bytes;
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#waiting.length = 0;
	}

	#take(bytes: Buffer): void {
		this.#waiting.push({ bytes, dueMs: this.#dueMs });
		this.#waitingBytes += bytes.length;
		this.flow();
		if (this.#waitingBytes >= waitingBytesMax || this.#full) this.#from.pause();
	}

	#finish(over: "end" | "reset"): void {
		this.#over = true;
		this.#waiting.push({ over, dueMs: this.#dueMs });
		this.flow();
	}

	get #dueMs(): number {
		return this.#weather.delayMs === 0 ? 0 : performance.now() + this.#weather.delayMs;
	}

	#deliver(to: Socket, parcel: Parcel): void {
		if ("over" in parcel) {
			if (parcel.over === "end") to.end();
			else to.resetAndDestroy();
			return;
		}
		this.#waitingBytes -= parcel.bytes.length;
		if (this.#bytesLeft === undefined || parcel.bytes.length < this.#bytesLeft) {
			if (this.#bytesLeft !== undefined) this.#bytesLeft -= parcel.bytes.length;
			this.#full = !to.write(parcel.bytes);
			return;
		}
		this.#to = undefined;
		to.end(parcel.bytes.subarray(0, this.#bytesLeft), this.#onCut);
	}
}
