import type { Zxid } from "../model/ids.js";

const intervalZxids = 128;
const entriesMax = 1024;

/** The tree's digest at regular zxids, for comparing servers (`hash`). */
export class DigestHistory {
	readonly #entries: { readonly zxid: Zxid; readonly digest: bigint }[] = [];

	get entries(): readonly { readonly zxid: Zxid; readonly digest: bigint }[] {
		return this.#entries;
	}

	note(zxid: Zxid, digest: bigint): void {
		if (zxid % intervalZxids !== 0) return;
		this.#entries.push({ zxid, digest });
		if (this.#entries.length > entriesMax) this.#entries.shift();
	}
}
