import { type Items, lowerBound } from "./items.js";
import type { SceneHead, SceneLane } from "./scene.js";

/** What the search field asks for. */
export type Query =
	| { readonly by: "nothing" }
	| { readonly by: "path"; readonly text: string }
	| { readonly by: "record"; readonly ordinal: number }
	/** A zxid, or a session id: both are hexadecimal. */
	| { readonly by: "number"; readonly hex: string };

/** `/a/b`, `#17`, `0x100000001`; anything else is a part of a path. */
export function parseQuery(text: string): Query {
	const trimmed = text.trim();
	if (trimmed === "") return { by: "nothing" };
	if (/^#\d+$/.test(trimmed)) return { by: "record", ordinal: Number(trimmed.slice(1)) };
	if (/^0x[0-9a-f]+$/i.test(trimmed)) return { by: "number", hex: trimmed.toLowerCase() };
	return { by: "path", text: trimmed };
}

/** Items that a query means, by time. A path that begins with a slash and is a node's means this node only. */
export function findItems(
	{ lanes, paths }: Pick<SceneHead, "lanes" | "paths">,
	items: Items,
	query: Query,
): Uint32Array {
	switch (query.by) {
		case "nothing":
			return new Uint32Array();
		case "path": {
			const exact = paths.indexOf(query.text);
			const wanted = new Set(paths.flatMap((path, number) => (path.includes(query.text) ? [number] : [])));
			return byTime(items, (i) => (exact > 0 ? items.path[i] === exact : wanted.has(items.path[i] ?? 0)));
		}
		case "record":
			return byTime(items, (i) => items.record[i] === query.ordinal || items.reply[i] === query.ordinal);
		case "number": {
			const ranges = lanes.filter(({ session }) => session === query.hex);
			const zxid = Number(query.hex);
			return byTime(items, (i) => items.zxid[i] === zxid || ranges.some((lane) => isIn(lane, i)));
		}
	}
}

function isIn({ first, count }: SceneLane, item: number): boolean {
	return item >= first && item < first + count;
}

function byTime({ start }: Items, wanted: (item: number) => boolean): Uint32Array {
	const found: number[] = [];
	for (let i = 0; i < start.length; i++) if (wanted(i)) found.push(i);
	return Uint32Array.from(found).sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0));
}

/** The lane whose items an item is among, by the lanes' first items. */
export function laneOfItem(laneFirsts: Float64Array, item: number): number {
	// Empty lanes share their first item with the next one: the last of them has it.
	return lowerBound(laneFirsts, item + 1, 0, laneFirsts.length) - 1;
}
