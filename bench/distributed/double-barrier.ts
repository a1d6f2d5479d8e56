import type { Control } from "./control.js";

const readyName = "ready";

/**
 * ZooKeeper's recipe of a double barrier: nobody goes on from `enter` before all have entered, nobody from `leave` before
 * all have left. A member that dies counts as one that left, so that somebody has to watch the membership as well.
 */
export class DoubleBarrier {
	readonly #control: Control;
	readonly #path: string;
	readonly #size: number;

	constructor(control: Control, path: string, size: number) {
		this.#control = control;
		this.#path = path;
		this.#size = size;
	}

	async enter(member: string, signal: AbortSignal): Promise<void> {
		await this.#control.create(`${this.#path}/${member}`, "", "EPHEMERAL");
		if ((await this.#members()).length >= this.#size) await this.#control.create(this.#ready);
		await this.entered(signal);
	}

	/** Once all have entered; for who only looks on. */
	async entered(signal: AbortSignal): Promise<void> {
		await this.#control.until(() => this.#control.maybeStat(this.#ready), signal);
	}

	/**
	 * The first of those that are left waits for the last and everybody else for the first: a leaving wakes one member, not
	 * all of them.
	 */
	async leave(member: string, signal: AbortSignal): Promise<void> {
		for (;;) {
			const left = [...(await this.#members())].sort();
			const [first, last] = [left[0], left.at(-1)];
			if (first === undefined || last === undefined) return;
			if (member !== first || left.length === 1) await this.#control.remove(`${this.#path}/${member}`);
			if (left.length > 1 || member !== first) await this.#gone(member === first ? last : first, signal);
		}
	}

	/** Nobody is between its two sides any more; for who only looks on. */
	async empty(): Promise<void> {
		await this.#control.until(async () => ((await this.#members(true)).length === 0 ? true : undefined));
	}

	/** Leaves without waiting for anybody. */
	async abandon(member: string): Promise<void> {
		await this.#control.remove(`${this.#path}/${member}`);
	}

	async #gone(member: string, signal: AbortSignal): Promise<void> {
		const path = `${this.#path}/${member}`;
		await this.#control.until(async () => ((await this.#control.maybeStat(path)) ? undefined : true), signal);
	}

	async #members(watch = false): Promise<readonly string[]> {
		return ((await this.#control.maybeChildren(this.#path, watch)) ?? []).filter((name) => name !== readyName);
	}

	get #ready(): string {
		return `${this.#path}/${readyName}`;
	}
}
