import type { Scope } from "./expression.js";

/** The names of a scenario; inner scopes (a repetition, a branch) see the outer ones. */
export class Names implements Scope {
	readonly #values = new Map<string, unknown>();
	readonly #templates = new Map<string, () => unknown>();
	readonly #outer: Names | undefined;

	constructor(outer?: Names) {
		this.#outer = outer;
	}

	lookup(name: string): unknown {
		if (this.#values.has(name)) return this.#values.get(name);
		const evaluate = this.#templates.get(name);
		if (evaluate === undefined) return this.#outer?.lookup(name);
		// While it is being evaluated it is unknown, so that a name can not be made of itself.
		this.#templates.delete(name);
		this.#values.set(name, evaluate());
		return this.#values.get(name);
	}

	/** A name whose value is worked out when it is first asked for, so that the order of definitions is free. */
	lazy(name: string, evaluate: () => unknown): void {
		this.#templates.set(name, evaluate);
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
