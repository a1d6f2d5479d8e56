import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { holds, type Matcher, mismatches } from "./matcher.js";
import { Names } from "./scope.js";
import { StepError } from "./verdict.js";

const stat = { czxid: 5n, version: 1, dataLength: 0 };

describe("matchers", () => {
	const yes: [unknown, unknown][] = [
		[1, 1n],
		[null, null],
		["hé", Buffer.from("hé")],
		[{ hex: "00ff" }, Buffer.from([0, 255])],
		[{ text: "ab", times: 2 }, Buffer.from("abab")],
		[{ gt: 1 }, 2n],
		[{ between: [1, 3] }, 3],
		[{ not: 1 }, 2],
		[{ absent: true }, undefined],
		[{ absent: false }, null],
		[{ any: true }, null],
		[{ oneOf: [1, { gt: 5 }] }, 6],
		[{ allOf: [{ gt: 1 }, { lt: 3 }] }, 2],
		[{ matches: "^a.c$" }, "abc"],
		[{ startsWith: "a", endsWith: "c" }, "abc"],
		[{ length: { ge: 2 } }, [1, 2]],
		[{ contains: [2] }, [1, 2]],
		[{ contains: "b" }, "abc"],
		[{ unordered: [{ gt: 1 }, 3, 1] }, [1, 2, 3]],
		[{ each: { gt: 0 } }, [1, 2]],
		[
			{ same: stat, but: { version: { gt: 1 } } },
			{ ...stat, version: 2 },
		],
		[{ a: { b: 1 } }, { a: { b: 1, c: 2 } }],
		[
			[1, [2]],
			[1, [2]],
		],
		[{ length: 3 }, { length: 3 }],
	];
	const no: [unknown, unknown][] = [
		[null, undefined],
		["", null],
		[null, new Uint8Array()],
		[1, "1"],
		[{ gt: 1 }, undefined],
		[{ gt: 1 }, 1],
		[{ not: 1 }, undefined],
		[{ any: true }, undefined],
		[{ unordered: [1, 1] }, [1, 2]],
		[{ contains: [1, 1] }, [1, 2]],
		[{ same: stat }, { ...stat, version: 2 }],
		[
			{ same: stat, but: { version: 1 } },
			{ ...stat, czxid: 6n },
		],
		[{ between: [1, 3] }, 4],
		[[1], [1, 2]],
		[{ a: 1 }, null],
	];

	for (const [wanted, actual] of yes)
		it(`${JSON.stringify(wanted, big)} holds`, () => assert.ok(holds(wanted, actual)));
	for (const [wanted, actual] of no)
		it(`${JSON.stringify(wanted, big)} does not`, () => assert.ok(!holds(wanted, actual)));

	it("unordered holds for every permutation", () => {
		const shuffled = fc
			.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 })
			.chain((items) =>
				fc.shuffledSubarray(items, { minLength: items.length }).map((other) => [items, other] as const),
			);
		fc.assert(fc.property(shuffled, ([items, other]) => holds({ unordered: items }, other)));
	});

	it("says where a demand names a field that does not exist", () => {
		const leaf: Matcher = { kind: "leaf", wanted: "$got.nothing", expectation: { id: 4, where: place, subject: "x" } };
		const scope = new Names();
		scope.set("got", { zxid: 1 });
		const isWrong = (error: unknown) => error instanceof StepError && error.where === place;
		assert.throws(() => mismatches(leaf, 1, { scope, flip: undefined }), isWrong);
	});

	it("a flipped leaf fails exactly when it held", () => {
		const leaf: Matcher = { kind: "leaf", wanted: { gt: 1 }, expectation: { id: 4, where: place, subject: "x" } };
		const run = (actual: unknown, flip: number | undefined) =>
			mismatches(leaf, actual, { scope: new Names(), flip }).length;
		assert.deepEqual([run(2, undefined), run(2, 4), run(0, undefined), run(0, 4), run(2, 3)], [0, 1, 1, 0, 0]);
	});
});

const place = { file: "f", line: 1, column: 1 };

function big(_key: string, value: unknown): unknown {
	return typeof value === "bigint" ? String(value) : value;
}
