/** Places in all sessions' tables: with more keys, those that share a place forget each other. */
const placesMost = 2 ** 21;

/** The newest version that one session was shown of each key that others write. */
export class SeenVersions {
	readonly #mask: number;
	readonly #keys: Int32Array;
	readonly #versions: Int32Array;

	/** @param sessions that have such a table */
	constructor(keys: number, sessions: number) {
		const wanted = Math.max(1, Math.min(keys, placesMost / sessions));
		const places = 2 ** Math.ceil(Math.log2(wanted));
		this.#mask = places - 1;
		this.#keys = new Int32Array(places).fill(-1);
		this.#versions = new Int32Array(places);
	}

	/** Notes what is shown now and gives what was shown before, -1 when that is not known. */
	exchange(key: number, version: number): number {
		const place = key & this.#mask;
		const before = this.#keys[place] === key ? (this.#versions[place] as number) : -1;
		this.#keys[place] = key;
		this.#versions[place] = Math.max(before, version);
		return before;
	}
}
