/** The id of ZooKeeper's null. */
export const nullText = 0;
/** Where no text belongs. */
export const noText = -1;

/** Paths, names and data of a history, each once: equal texts have equal ids. */
export class Texts {
	readonly #ids = new Map<string, number>();
	readonly #texts: (string | null)[] = [null];
	/** What was asked for last: the path of a call is often that of the one before. */
	#lastText: string | undefined;
	#lastId = noText;

	get count(): number {
		return this.#texts.length;
	}

	/** The id of a text, which is given one when it is new. */
	idOf(text: string | null): number {
		if (text === null) return nullText;
		const known = this.#ids.get(text);
		if (known !== undefined) return known;
		this.#ids.set(text, this.#texts.length);
		return this.#texts.push(text) - 1;
	}

	/** As `idOf`, for the path of one call after the other. */
	idOfPath(path: string): number {
		if (path === this.#lastText) return this.#lastId;
		this.#lastText = path;
		this.#lastId = this.idOf(path);
		return this.#lastId;
	}

	/** The id of a text that the history contains. */
	maybeIdOf(text: string): number | undefined {
		return this.#ids.get(text);
	}

	/** The text of a path or a name. */
	textOf(id: number): string {
		const text = this.#texts[id];
		if (text === undefined || text === null) throw new RangeError(`no text has the id ${id}`);
		return text;
	}

	dataOf(id: number): string | null {
		return id === nullText ? null : this.textOf(id);
	}
}
