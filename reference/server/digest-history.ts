import { limits } from "../lib/limits.js";
import type { Zxid } from "../model/ids.js";

/** The tree's digest at regular zxids, for comparing servers (`hash`). */
export class DigestHistory {
	readonly #entries: { readonly zxid: Zxid; readonly digest: bigint }[] = [];

	get entries(): readonly { readonly zxid: Zxid; readonly digest: bigint }[] {
		return this.#entries;
	}

	/** Asks for the digest only when it is to be kept: making the 64-bit value costs something. */
	note(zxid: Zxid, tree: { readonly digest: bigint }): void {
		if (zxid % limits.digestIntervalZxids !== 0) return;
		this.#entries.push({ zxid, digest: tree.digest });
		if (this.#entries.length > limits.digestEntriesMax) this.#entries.shift();
	}
}
