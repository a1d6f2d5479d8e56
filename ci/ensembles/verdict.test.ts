import assert from "node:assert/strict";
import { judge } from "./verdict.js";
import { type Found, nothingKnown, type Outcome, plannedWrite, type Write } from "./write-record.js";

const ok = (index: number): Outcome => ({ type: "answered", err: "OK", zxid: BigInt(index + 1) });
const refused = (index: number): Outcome => ({ type: "answered", err: "BADVERSION", zxid: BigInt(index + 1) });
const doubt: Outcome = { type: "doubt" };

/** create 0, set 1, set 2 (nothing to remove yet), refused 3, create 4, set 5 ... */
function writesWith(outcomes: readonly (Outcome | undefined)[]): Write[] {
	return outcomes.map((outcome, index) => ({ ...plannedWrite(index, 1), outcome }));
}

const answers = [ok(0), ok(1), ok(2), refused(3), ok(4), ok(5)];

const node = (index: number, czxid = index + 1) => [index, { data: `${index}`, czxid: BigInt(czxid) }] as const;

function found(nodes: Iterable<ReturnType<typeof node>>, version: number, value: number, mzxid = value + 1): Found {
	return { nodes: new Map(nodes), key: { version, data: `${value}`, mzxid: BigInt(mzxid) } };
}

const right = found([node(0), node(4)], 3, 5);

function problems(outcomes: readonly (Outcome | undefined)[], state: Found): readonly string[] {
	return judge(nothingKnown, writesWith(outcomes), state).problems;
}

describe("judge", () => {
	it("finds nothing wrong where all was acknowledged and is there", () => {
		assert.deepEqual(problems(answers, right), []);
	});

	it("takes writes in doubt that happened and those that did not", () => {
		const outcomes = [...answers.slice(0, 4), doubt, doubt];
		assert.deepEqual(problems(outcomes, right), []);
		assert.deepEqual(problems(outcomes, found([node(0), node(4)], 2, 2)), []);
		assert.deepEqual(problems(outcomes, found([node(0)], 2, 2)), []);
	});

	const wrong: readonly (readonly [string, readonly (Outcome | undefined)[], Found, RegExp])[] = [
		["an acknowledged node is not there", answers, found([node(0)], 3, 5), /node 4 .* is not there/],
		["an acknowledged set is not there", answers, found([node(0), node(4)], 2, 2), /after 5 was acknowledged/],
		["the key was set once too often", answers, found([node(0), node(4)], 4, 5), /version is 4, not 3 to 3/],
		["a refused write happened", answers, found([node(0), node(4)], 3, 3), /after 5 was acknowledged/],
		["a node has another zxid than its reply", answers, found([node(0, 9), node(4)], 3, 5), /czxid 0x9/],
		["the key has another zxid than its reply", answers, found([node(0), node(4)], 3, 5, 9), /mzxid is 0x9/],
		["a node was never asked for", answers, found([node(0), node(4), node(8)], 3, 5), /node 8 .* never/],
		["a reply is older than one before it", [ok(0), ok(2), ok(1), refused(3), ok(4), ok(5)], right, /after 0x3/],
		["a write has no outcome", [...answers.slice(0, 5), undefined], right, /neither reply/],
		["an answer is not allowed", [...answers.slice(0, 5), refused(5)], right, /answered with BADVERSION/],
		[
			"a later write in doubt happened without an earlier one",
			[...answers.slice(0, 4), doubt, doubt],
			found([node(0)], 3, 5),
			/5 \(set\) happened, but 4 \(create\) before it did not/,
		],
	];
	for (const [what, outcomes, state, message] of wrong) {
		it(`sees that ${what}`, () => assert.match(problems(outcomes, state).join("\n"), message));
	}

	it("remembers what must be there from now on", () => {
		const { known } = judge(nothingKnown, writesWith(answers), right);
		assert.deepEqual(judge(known, [], right).problems, []);
		assert.match(judge(known, [], found([node(0)], 3, 5)).problems.join(), /node 4/);
		assert.match(judge(known, [], found([node(0), node(4)], 2, 2)).problems.join(), /version is 2/);
	});

	it("sees a removed node that came back and one that was removed without being there", () => {
		const removal = { ...plannedWrite(102, 1), outcome: ok(102) };
		const known = { nodes: new Map([[0, 1n]]), key: { version: 0, value: -1 } };
		assert.equal(removal.kind, "remove");
		assert.deepEqual(judge(known, [removal], found([], 0, -1)).problems, []);
		assert.match(judge(known, [removal], found([node(0)], 0, -1)).problems.join(), /removal was answered with OK/);
	});
});
