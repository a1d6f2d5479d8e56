import { forEachMark, type Marks, markedIn, markOf, noMarks, withMark, withoutBits } from "../lib/marks.js";

/** Ways of watching a path; a connection can have several on one path. Bits of a set. */
export const watchModes = { standard: 1, persistent: 2, persistentRecursive: 4 } as const;

const allModes = watchModes.standard | watchModes.persistent | watchModes.persistentRecursive;

/**
 * All paths that are watched, or all watchers: each has a number for as long as it is related to any of the other side, and
 * the numbers of those, marked with the modes.
 */
class Side<T> {
	readonly #numbers = new Map<T, number>();
	readonly #things: (T | undefined)[] = [];
	readonly #marks: Marks[] = [];
	readonly #free: number[] = [];

	get size(): number {
		return this.#numbers.size;
	}

	get things(): Iterable<readonly [thing: T, number: number]> {
		return this.#numbers;
	}

	maybeNumber(thing: T): number | undefined {
		return this.#numbers.get(thing);
	}

	thing(number: number): T {
		return this.#things[number] as T;
	}

	others(number: number): number[] {
		return markedIn(this.#marks[number] as Marks);
	}

	/** 0: they are not related. */
	modes(number: number, other: number): number {
		return markOf(this.#marks[number] as Marks, other);
	}

	join(thing: T): number {
		const known = this.#numbers.get(thing);
		if (known !== undefined) return known;
		const number = this.#free.pop() ?? this.#things.length;
		this.#numbers.set(thing, number);
		this.#things[number] = thing;
		this.#marks[number] = noMarks;
		return number;
	}

	/** Who is related to it; what changes meanwhile does not matter. */
	forEach(number: number, act: (other: number, modes: number) => void): void {
		forEachMark(this.#marks[number] as Marks, act);
	}

	/** Modes 0: not any more. */
	relate(number: number, other: number, modes: number): void {
		this.#set(number, withMark(this.#marks[number] as Marks, other, modes));
	}

	/** Takes these modes from all that it is related to. */
	take(number: number, modes: number): void {
		this.#set(number, withoutBits(this.#marks[number] as Marks, modes));
	}

	#set(number: number, marks: Marks): void {
		this.#marks[number] = marks;
		if (marks !== noMarks) return;
		this.#numbers.delete(this.thing(number));
		this.#things[number] = undefined;
		this.#free.push(number);
	}
}

/** Who watches which paths for one kind of change. `W` is whoever is told. */
export class WatchTable<W> {
	readonly #paths = new Side<string>();
	readonly #watchers = new Side<W>();
	#recursiveCount = 0;
	#count = 0;

	/** Pairs of watcher and path. */
	get count(): number {
		return this.#count;
	}

	get pathCount(): number {
		return this.#paths.size;
	}

	get watcherCount(): number {
		return this.#watchers.size;
	}

	/** Paths by watcher, for `wchc`. */
	*byWatcher(): Generator<readonly [W, readonly string[]]> {
		for (const [watcher, number] of this.#watchers.things) yield [watcher, this.#pathsOf(number)];
	}

	/** Watchers by path, for `wchp`. */
	*byPath(): Generator<readonly [string, readonly W[]]> {
		for (const [path, number] of this.#paths.things) yield [path, this.#watchersOf(number)];
	}

	add(path: string, watcher: W, mode: number): void {
		const [watched, watching] = [this.#paths.join(path), this.#watchers.join(watcher)];
		this.#setModes(watched, watching, this.#paths.modes(watched, watching) | mode);
	}

	has(path: string, watcher: W, modes: number = allModes): boolean {
		return (this.#modesOf(path, watcher) & modes) !== 0;
	}

	/** Tells whether there was anything to remove. */
	remove(path: string, watcher: W, modes: number = allModes): boolean {
		const before = this.#modesOf(path, watcher);
		if ((before & modes) === 0) return false;
		this.#setModes(this.#paths.join(path), this.#watchers.join(watcher), before & ~modes);
		return true;
	}

	removeWatcher(watcher: W): void {
		const number = this.#watchers.maybeNumber(watcher);
		if (number === undefined) return;
		for (const path of this.#watchers.others(number)) this.#setModes(path, number, 0);
	}

	/** Those to be told of a change at a path; standard watches are used up by it. Undefined when there are none. */
	maybeTrigger(path: string): Set<W> | undefined {
		if (this.#paths.size === 0) return undefined;
		const told = new Set<W>();
		this.#triggerHere(path, told);
		if (this.#recursiveCount > 0) this.#triggerAbove(path, told);
		return told.size === 0 ? undefined : told;
	}

	/** All at once, where `remove` would look for each. */
	#triggerHere(path: string, told: Set<W>): void {
		const watched = this.#paths.maybeNumber(path);
		if (watched === undefined) return;
		let used = false;
		this.#paths.forEach(watched, (watcher, modes) => {
			told.add(this.#watchers.thing(watcher));
			if ((modes & watchModes.standard) === 0) return;
			used = true;
			if (modes === watchModes.standard) this.#count--;
			this.#watchers.relate(watcher, watched, modes & ~watchModes.standard);
		});
		if (used) this.#paths.take(watched, watchModes.standard);
	}

	#triggerAbove(path: string, told: Set<W>): void {
		for (let at = path; at !== "/"; ) {
			at = at.slice(0, at.lastIndexOf("/")) || "/";
			const watched = this.#paths.maybeNumber(at);
			if (watched === undefined) continue;
			this.#paths.forEach(watched, (watcher, modes) => {
				if ((modes & watchModes.persistentRecursive) !== 0) told.add(this.#watchers.thing(watcher));
			});
		}
	}

	#watchersOf(path: number): W[] {
		return this.#paths.others(path).map((watcher) => this.#watchers.thing(watcher));
	}

	#pathsOf(watcher: number): string[] {
		return this.#watchers.others(watcher).map((path) => this.#paths.thing(path));
	}

	#modesOf(path: string, watcher: W): number {
		const watched = this.#paths.maybeNumber(path);
		const watching = this.#watchers.maybeNumber(watcher);
		return watched === undefined || watching === undefined ? 0 : this.#paths.modes(watched, watching);
	}

	#setModes(path: number, watcher: number, modes: number): void {
		const before = this.#paths.modes(path, watcher);
		this.#recursiveCount += recursive(modes) - recursive(before);
		this.#count += Number(modes !== 0) - Number(before !== 0);
		this.#paths.relate(path, watcher, modes);
		this.#watchers.relate(watcher, path, modes);
	}
}

function recursive(modes: number): number {
	return (modes & watchModes.persistentRecursive) === 0 ? 0 : 1;
}
