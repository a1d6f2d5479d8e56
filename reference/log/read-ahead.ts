import { limits } from "../lib/limits.js";
import type { ByteSource } from "./byte-source.js";

/** Reads ahead, so that small records do not cost a call each. */
export class ReadAhead {
	readonly #source: ByteSource;
	#bytes: Uint8Array = new Uint8Array(0);
	#from = 0;

	constructor(source: ByteSource) {
		this.#source = source;
	}

	/** A view: whoever keeps it keeps all that was read ahead with it. Undefined when the file ends before. */
	bytes(at: number, lengthBytes: number): Uint8Array | undefined {
		if (at + lengthBytes > this.#source.sizeBytes) return undefined;
		if (at < this.#from || at + lengthBytes > this.#from + this.#bytes.length) {
			this.#bytes = this.#source.read(at, Math.max(limits.readWindowBytes, lengthBytes));
			this.#from = at;
		}
		if (at + lengthBytes > this.#from + this.#bytes.length) return undefined;
		return this.#bytes.subarray(at - this.#from, at - this.#from + lengthBytes);
	}
}
