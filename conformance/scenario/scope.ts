import type { Scope } from "./expression.js";

/** The names of a scenario; inner scopes (a repetition, a branch) see the outer ones. */
export class Names implements Scope {
	readonly #values = new Map<string, unknown>();
	readonly #outer: Names | undefined;

	constructor(outer?: Names) {
		this.#outer = outer;
	}

	lookup(name: string): unknown {
		return this.#values.has(name) ? this.#values.get(name) : this.#outer?.lookup(name);
	}

	/** Sets a name of this scope only, such as a counter. */
	local(name: string, value: unknown): void {
		this.#values.set(name, value);
	}

	/** Sets a name for the whole scenario. */
	set(name: string, value: unknown): void {
		if (this.#outer === undefined) this.#values.set(name, value);
		else this.#outer.set(name, value);
	}

	inner(): Names {
		return new Names(this);
	}
}
