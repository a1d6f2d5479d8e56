import assert from "node:assert/strict";
import type { Value } from "../../conformance/client/value.js";
import { differences } from "./comparison.js";
import { isExplained } from "./explained.js";
import { Relative } from "./relative.js";

describe("The comparison of two servers", () => {
	const stat = { czxid: 12n, mzxid: 14n, ctime: 1000n, mtime: 1005n, version: 1, ephemeralOwner: 77n };
	const ofReference = () => {
		const relative = new Relative("/r1", 10n);
		relative.name(77n, "a, session 1");
		return relative;
	};
	const ofApache = () => {
		const relative = new Relative("/r2", 110n);
		relative.name(88n, "a, session 1");
		return relative;
	};
	const other = { czxid: 112n, mzxid: 114n, ctime: 9000n, mtime: 9001n, version: 1, ephemeralOwner: 88n };
	const fieldsOf = (one: Value, two: Value) =>
		differences(ofReference().of(one), ofApache().of(two)).map(({ field }) => field);

	it("takes for equal what only counts from another start", () => {
		assert.deepEqual(fieldsOf({ a: [{ path: "/r1/x", stat }] }, { a: [{ path: "/r2/x", stat: other }] }), []);
		assert.deepEqual(fieldsOf({ children: ["x", "y"] }, { children: ["y", "x"] }), []);
	});

	it("finds every field that differs", () => {
		assert.deepEqual(fieldsOf({ stat }, { stat: { ...other, version: 2 } }), ["stat.version"]);
		assert.deepEqual(fieldsOf({ stat }, { stat: { ...other, ephemeralOwner: 89n } }), ["stat.ephemeralOwner"]);
		assert.deepEqual(fieldsOf({ stat }, { stat: { ...other, mzxid: 113n } }), ["stat.mzxid", "stat.mtime"]);
		assert.deepEqual(fieldsOf({ a: [1, 2] }, { a: [1] }), ["a[1]"]);
		assert.deepEqual(fieldsOf({ data: null }, { data: new Uint8Array() }), ["data"]);
		assert.deepEqual(fieldsOf({ data: Buffer.from("x") }, { data: Buffer.from("y") }), ["data"]);
		assert.deepEqual(fieldsOf({ children: ["x"] }, { children: ["x", "y"] }), ["children[1]"]);
		assert.deepEqual(fieldsOf({ xid: 1, events: [] }, { xid: 1 }), ["events"]);
	});

	it("finds a time that is not the one of its transaction", () => {
		const relative = ofReference();
		relative.of(stat);
		const wrong = { ...stat, mtime: 1006n };
		assert.deepEqual(
			differences(relative.of(wrong), ofApache().of(other)).map(({ field }) => field),
			["mtime"],
		);
	});

	it("explains a difference only when all its fields are explained", () => {
		const step = { id: 1, session: "a", action: { kind: "call", operation: "multiRead", fields: {} } } as const;
		const rest = { field: "a[0].rest", reference: "", apache: "ff" };
		const err = { field: "a[0].error", reference: "OK", apache: "NONODE" };
		assert.equal(isExplained(step, [rest]), true);
		assert.equal(isExplained(step, [rest, err]), false);
		assert.equal(isExplained({ ...step, action: { ...step.action, operation: "multi" } }, [rest]), false);
	});
});
