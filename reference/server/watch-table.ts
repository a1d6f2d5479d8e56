/** Ways of watching a path; a connection can have several on one path. Bits of a set. */
export const watchModes = { standard: 1, persistent: 2, persistentRecursive: 4 } as const;

const allModes = watchModes.standard | watchModes.persistent | watchModes.persistentRecursive;

/** Who watches which paths for one kind of change. `W` is whoever is told. */
export class WatchTable<W> {
	readonly #modes = new Map<string, Map<W, number>>();
	readonly #paths = new Map<W, Set<string>>();
	#recursiveCount = 0;
	#count = 0;

	/** Pairs of watcher and path. */
	get count(): number {
		return this.#count;
	}

	get pathCount(): number {
		return this.#modes.size;
	}

	get watcherCount(): number {
		return this.#paths.size;
	}

	/** Paths by watcher, for `wchc`. */
	get byWatcher(): Iterable<readonly [W, ReadonlySet<string>]> {
		return this.#paths;
	}

	/** Watchers by path, for `wchp`. */
	get byPath(): Iterable<readonly [string, ReadonlyMap<W, number>]> {
		return this.#modes;
	}

	add(path: string, watcher: W, mode: number): void {
		const watchers = this.#modes.get(path) ?? new Map<W, number>();
		const before = watchers.get(watcher) ?? 0;
		if (watchers.size === 0) this.#modes.set(path, watchers);
		this.#setModes(path, watchers, watcher, before | mode);
	}

	has(path: string, watcher: W, modes: number = allModes): boolean {
		return ((this.#modes.get(path)?.get(watcher) ?? 0) & modes) !== 0;
	}

	/** Tells whether there was anything to remove. */
	remove(path: string, watcher: W, modes: number = allModes): boolean {
		const watchers = this.#modes.get(path);
		const before = watchers?.get(watcher) ?? 0;
		if (watchers === undefined || (before & modes) === 0) return false;
		this.#setModes(path, watchers, watcher, before & ~modes);
		return true;
	}

	removeWatcher(watcher: W): void {
		for (const path of [...(this.#paths.get(watcher) ?? [])]) this.remove(path, watcher);
	}

	/** Those to be told of a change at a path; standard watches are used up by it. Undefined when there are none. */
	maybeTrigger(path: string): Set<W> | undefined {
		if (this.#modes.size === 0) return undefined;
		const told = new Set<W>();
		this.#triggerHere(path, told);
		if (this.#recursiveCount > 0) this.#triggerAbove(path, told);
		return told.size === 0 ? undefined : told;
	}

	#triggerHere(path: string, told: Set<W>): void {
		const watchers = this.#modes.get(path);
		if (watchers === undefined) return;
		for (const [watcher, modes] of [...watchers]) {
			told.add(watcher);
			if ((modes & watchModes.standard) === 0) continue;
			this.#setModes(path, watchers, watcher, modes & ~watchModes.standard);
		}
	}

	#triggerAbove(path: string, told: Set<W>): void {
		for (let at = path; at !== "/"; ) {
			at = at.slice(0, at.lastIndexOf("/")) || "/";
			for (const [watcher, modes] of this.#modes.get(at) ?? []) {
				if ((modes & watchModes.persistentRecursive) !== 0) told.add(watcher);
			}
		}
	}

	#setModes(path: string, watchers: Map<W, number>, watcher: W, modes: number): void {
		const before = watchers.get(watcher) ?? 0;
		this.#recursiveCount += recursive(modes) - recursive(before);
		if (before === 0 && modes !== 0) this.#note(path, watcher);
		if (before !== 0 && modes === 0) this.#forget(path, watcher);
		if (modes === 0) watchers.delete(watcher);
		else watchers.set(watcher, modes);
		if (watchers.size === 0) this.#modes.delete(path);
	}

	#note(path: string, watcher: W): void {
		this.#count++;
		const paths = this.#paths.get(watcher);
		if (paths === undefined) this.#paths.set(watcher, new Set([path]));
		else paths.add(path);
	}

	#forget(path: string, watcher: W): void {
		this.#count--;
		const paths = this.#paths.get(watcher);
		paths?.delete(path);
		if (paths?.size === 0) this.#paths.delete(watcher);
	}
}

function recursive(modes: number): number {
	return (modes & watchModes.persistentRecursive) === 0 ? 0 : 1;
}
