import type { History } from "../history/history.js";
import { parentOf } from "./write.js";

const unknown = -2;

/** Text ids of parents, each found once. */
export class Paths {
	readonly #history: History;
	#parents = new Int32Array(1024).fill(unknown);

	constructor(history: History) {
		this.#history = history;
	}

	/** Text id of the node's parent; the root is its own. */
	parentOf(path: number): number {
		const known = this.#parents[path];
		if (known !== undefined && known !== unknown) return known;
		const { texts } = this.#history;
		const parent = texts.idOf(parentOf(texts.textOf(path)));
		this.#room(path);
		this.#parents[path] = parent;
		return parent;
	}

	#room(path: number): void {
		if (path < this.#parents.length) return;
		const grown = new Int32Array(path * 2).fill(unknown);
		grown.set(this.#parents);
		this.#parents = grown;
	}
}
