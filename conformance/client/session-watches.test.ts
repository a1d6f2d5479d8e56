import assert from "node:assert/strict";
import fc from "fast-check";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "./codec.js";
import { seededRandom, shuffled } from "./random.js";
import { SessionWatches } from "./session-watches.js";
import type { Fields } from "./value.js";

const codec = new Codec(loadWireSpec());
const none = { relativeZxid: 7n, dataWatches: [], existWatches: [], childWatches: [] };

function watchesAfter(
	...answers: readonly (readonly [operation: string, fields: Fields, err: number])[]
): SessionWatches {
	const watches = new SessionWatches(codec);
	for (const [operation, fields, err] of answers) watches.answered(operation, fields, err);
	return watches;
}

const event = (type: string, path: string) => ({ type: codec.enumValue("eventType", type), state: 3, path });

describe("session watches", () => {
	it("are registered by reads that succeed, and by exists of a missing node", () => {
		const watches = watchesAfter(
			["getData", { path: "/d", watch: true }, 0],
			["getData", { path: "/missing", watch: true }, -101],
			["getData", { path: "/unwatched", watch: false }, 0],
			["exists", { path: "/e", watch: true }, -101],
			["getChildren2", { path: "/c", watch: true }, 0],
		);
		const fields = { ...none, dataWatches: ["/d"], existWatches: ["/e"], childWatches: ["/c"] };
		assert.deepEqual(watches.requests(7n), [{ operation: "setWatches", fields }]);
	});

	it("need the newer request only when there are persistent ones", () => {
		const watches = watchesAfter(
			["addWatch", { path: "/p" }, 0],
			["addWatch", { path: "/r", mode: "PERSISTENT_RECURSIVE" }, 0],
		);
		const fields = { ...none, persistentWatches: ["/p"], persistentRecursiveWatches: ["/r"] };
		assert.deepEqual(watches.requests(7n), [{ operation: "setWatches2", fields }]);
	});

	it("are used up by their events, but for persistent ones", () => {
		const watches = watchesAfter(
			["getData", { path: "/a", watch: true }, 0],
			["getChildren", { path: "/a", watch: true }, 0],
			["addWatch", { path: "/a" }, 0],
		);
		watches.fired(event("NodeDataChanged", "/a"));
		const left = { ...none, childWatches: ["/a"], persistentWatches: ["/a"], persistentRecursiveWatches: [] };
		assert.deepEqual(watches.requests(7n)[0]?.fields, left);
		watches.fired(event("NodeDeleted", "/a"));
		assert.deepEqual(watches.requests(7n)[0]?.fields, { ...left, childWatches: [] });
		watches.answered("removeWatches", { path: "/a", type: "Any" }, 0);
		assert.deepEqual(watches.requests(7n), []);
	});

	it("go into requests of at most 128 KiB, none forgotten", () => {
		const paths = Array.from({ length: 3000 }, (_, index) => `/${"x".repeat(100)}${index}`);
		const watches = watchesAfter(...paths.map((path) => ["getData", { path, watch: true }, 0] as const));
		const requests = watches.requests(7n);
		const sizes = requests.map(
			({ operation, fields }) => codec.encodeRequest(operation, fields, { defaults: true }).length,
		);
		assert.equal(requests.length, 3);
		assert.ok(sizes.every((size) => size <= 128 * 1024 + 32));
		assert.deepEqual(
			requests.flatMap(({ fields }) => fields.dataWatches as string[]),
			paths,
		);
	});
});

describe("seeded random", () => {
	it("shuffles the same way for the same seed and loses nothing", () => {
		fc.assert(
			fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
				const once = shuffled(items, seededRandom(seed));
				assert.deepEqual(once, shuffled(items, seededRandom(seed)));
				assert.deepEqual(once.toSorted(), items.toSorted());
			}),
		);
	});

	it("begins with each server for some seed", () => {
		const first = new Set(Array.from({ length: 40 }, (_, seed) => shuffled(["a", "b", "c"], seededRandom(seed))[0]));
		assert.equal(first.size, 3);
	});
});
