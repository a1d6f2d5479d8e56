import { limits } from "../lib/limits.js";
import type { ByteSource } from "./byte-source.js";

/** Reads ahead, so that small records do not cost a call each. */
export class ReadAhead {
	readonly #source: ByteSource;
	#window: Uint8Array = new Uint8Array(0);
	#from = 0;

	constructor(source: ByteSource) {
		this.#source = source;
	}

	/** A view: whoever keeps it keeps all that was read ahead with it. Undefined when the file ends before. */
	bytes(at: number, lengthBytes: number): Uint8Array | undefined {
		const start = this.maybeFind(at, lengthBytes);
		return start === undefined ? undefined : this.#window.subarray(start, start + lengthBytes);
	}

	/** Where they begin in `window`, all of them; undefined when the file ends before. */
	maybeFind(at: number, lengthBytes: number): number | undefined {
		if (at + lengthBytes > this.#source.sizeBytes) return undefined;
		if (at < this.#from || at + lengthBytes > this.#from + this.#window.length) {
			this.#window = this.#source.read(at, Math.max(limits.readWindowBytes, lengthBytes));
			this.#from = at;
		}
		return at + lengthBytes > this.#from + this.#window.length ? undefined : at - this.#from;
	}

	/** What was read last; good until the next call. */
	get window(): Uint8Array {
		return this.#window;
	}
}
