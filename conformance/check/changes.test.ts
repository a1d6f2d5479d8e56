import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type Change, ChangeList, Changes, changeKind } from "./changes.js";
import { sortedBy } from "./sorted-by.js";

describe("sortedBy", () => {
	it("is a stable sort", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(100), { maxLength: 500 }), (keys) => {
				const right = keys.map((_, index) => index).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
				assert.deepEqual([...sortedBy(keys.length, (index) => keys[index] as number)], right);
			}),
		);
	});
});

const change: fc.Arbitrary<Change> = fc.record({
	path: fc.nat(4),
	zxid: fc.nat(40),
	kind: fc.constantFrom(changeKind.created, changeKind.set, changeKind.deleted, changeKind.childGone),
	call: fc.nat(1000),
	data: fc.constant(-1),
});

function listOf(changes: readonly Change[]): ChangeList {
	const list = new ChangeList();
	for (const each of changes) list.add(each);
	return list;
}

describe("changes", () => {
	it("finds the last one of a path at or before a zxid, in whatever order it is asked", () => {
		fc.assert(
			fc.property(fc.array(change), fc.array(fc.tuple(fc.nat(5), fc.nat(45))), (all, questions) => {
				const changes = new Changes(listOf(all), 6);
				for (const [path, zxid] of questions) {
					const right = Math.max(...all.filter((one) => one.path === path && one.zxid <= zxid).map((one) => one.zxid));
					const found = changes.lastAtOrBefore(path, zxid);
					assert.equal(found < 0 ? Number.NEGATIVE_INFINITY : changes.zxid(found), right);
					assert.ok(found < 0 || changes.path(found) === path);
				}
			}),
		);
	});

	it("goes on to the next sure change, and to the next with which a node begins or ends", () => {
		fc.assert(
			fc.property(fc.array(change), (all) => {
				const changes = new Changes(listOf(all), 6);
				for (let index = 0; index < changes.count; index++) {
					const later = all.filter((one) => one.path === changes.path(index) && one.zxid > changes.zxid(index));
					const sure = later.filter(({ kind }) => kind !== changeKind.childGone).map(({ zxid }) => zxid);
					const next = changes.next(index);
					assert.equal(next < 0 ? Number.POSITIVE_INFINITY : changes.zxid(next), Math.min(...sure));
					const bound = changes.bound(index);
					assert.ok(bound < 0 || (bound >= index && changes.kind(bound) !== changeKind.set));
				}
			}),
		);
	});
});
