import { seededRandom } from "../../conformance/client/random.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Places in the pool at which a filler begins. */
const fillers = 1024;

/** What is written, as text: key, count of writes to it, and a filler that follows from both. */
export class HttpValues {
	readonly #bytes: number;
	readonly #pool: string;

	constructor(bytes: number, seed: number) {
		const random = seededRandom(seed);
		this.#bytes = bytes;
		const letter = (): string => alphabet[Math.floor(random() * alphabet.length)] ?? "A";
		this.#pool = Array.from({ length: bytes + fillers }, letter).join("");
	}

	/** Shorter values have the beginning of it. */
	of(key: number, sequence: number): string {
		const head = `${key}:${sequence}:`;
		const from = (key * 31 + sequence * 17) % fillers;
		return (head + this.#pool.slice(from, from + this.#bytes)).slice(0, this.#bytes);
	}
}
