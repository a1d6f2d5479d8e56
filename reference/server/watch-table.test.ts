import assert from "node:assert/strict";
import fc from "fast-check";
import { WatchTable, watchModes } from "./watch-table.js";

const { standard, persistent, persistentRecursive } = watchModes;
const paths = ["/", "/a", "/a/b", "/ab", "/a/b/c"];

type Step = {
	readonly act: "add" | "remove" | "trigger";
	readonly path: string;
	readonly who: number;
	readonly mode: number;
};

/** The same by brute force: a list of registrations. */
class ModelTable {
	registrations: { path: string; who: number; mode: number }[] = [];

	add(path: string, who: number, mode: number): void {
		if (!this.#has(path, who, mode)) this.registrations.push({ path, who, mode });
	}

	remove(path: string, who: number, mode: number): boolean {
		const found = this.#has(path, who, mode);
		this.registrations = this.registrations.filter((r) => r.path !== path || r.who !== who || r.mode !== mode);
		return found;
	}

	trigger(path: string): Set<number> {
		const below = (root: string): boolean => path.startsWith(root === "/" ? "/" : `${root}/`);
		const told = this.registrations.filter((r) => r.path === path || (r.mode === persistentRecursive && below(r.path)));
		this.registrations = this.registrations.filter((r) => r.path !== path || r.mode !== standard);
		return new Set(told.map((r) => r.who));
	}

	#has(path: string, who: number, mode: number): boolean {
		return this.registrations.some((r) => r.path === path && r.who === who && r.mode === mode);
	}
}

/** As `wchp` shows them; `wchc` must show the same. */
function pairsOf(table: WatchTable<number>): Set<string> {
	const byPath = [...table.byPath()].flatMap(([path, watchers]) => watchers.map((who) => `${who} ${path}`));
	const byWatcher = [...table.byWatcher()].flatMap(([who, watched]) => watched.map((path) => `${who} ${path}`));
	assert.deepEqual(new Set(byPath), new Set(byWatcher));
	return new Set(byPath);
}

describe("WatchTable", () => {
	it("does what a list of registrations would", () => {
		const step: fc.Arbitrary<Step> = fc.record({
			act: fc.constantFrom("add", "add", "remove", "trigger"),
			path: fc.constantFrom(...paths),
			who: fc.nat(15),
			mode: fc.constantFrom(standard, persistent, persistentRecursive),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
				const table = new WatchTable<number>();
				const model = new ModelTable();
				for (const { act, path, who, mode } of steps) {
					if (act === "add") {
						table.add(path, who, mode);
						model.add(path, who, mode);
					} else if (act === "remove") assert.equal(table.remove(path, who, mode), model.remove(path, who, mode));
					else assert.deepEqual(table.maybeTrigger(path) ?? new Set(), model.trigger(path));
					const pairs = new Set(model.registrations.map((r) => `${r.who} ${r.path}`));
					assert.equal(table.count, pairs.size);
					assert.deepEqual(pairsOf(table), pairs);
				}
				assert.equal(table.watcherCount, new Set(model.registrations.map((r) => r.who)).size);
				assert.equal(table.pathCount, new Set(model.registrations.map((r) => r.path)).size);
			}),
		);
	});

	it("forgets a watcher altogether", () => {
		const table = new WatchTable<string>();
		for (const path of paths) table.add(path, "x", persistentRecursive);
		table.removeWatcher("x");
		assert.deepEqual([table.count, table.pathCount, table.watcherCount], [0, 0, 0]);
		assert.equal(table.maybeTrigger("/a/b"), undefined);
	});
});
