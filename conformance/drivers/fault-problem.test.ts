import assert from "node:assert/strict";
import { faultProblem, maybeKind } from "./fault-problem.js";

const isOpen = (value: unknown): boolean => typeof value === "string" && value.startsWith("$");
const problemOf = (value: unknown): string => {
	const problem = faultProblem(value, isOpen);
	return problem === undefined ? "none" : [...problem.path, problem.text].join(": ");
};

describe("what is wrong with a fault", () => {
	it("is nothing where it is one, with values that are known only later", () => {
		const faults = [
			{ kill: "leader" },
			{ kill: [1, "$other"] },
			{ kill: "majority" },
			{ start: "all" },
			{ partition: [[1], ["$leader", 3]] },
			{ partition: "$groups" },
			{ oneWay: [1, "leader"] },
			{ heal: true },
			{ cut: 2, afterBytes: 100, direction: "toClient" },
			{ delay: "all", ms: 20 },
			{ slowFlush: "$leader", ms: "$ms" },
		];
		for (const fault of faults) assert.equal(problemOf(fault), "none", JSON.stringify(fault));
	});

	it("is told with where it is", () => {
		const cases: readonly (readonly [unknown, string])[] = [
			["kill", "a fault is a map such as {kill: leader}"],
			[{ kill: 0 }, "kill: a server is its id or one of leader, follower"],
			[{ kill: [1, "all"] }, "kill: a server is its id"],
			[{ pause: "all" }, "pause: a server is"],
			[{ partition: [1, [2]] }, "partition: a list is needed"],
			[{ oneWay: [1] }, "oneWay: two servers are needed"],
			[{ heal: 1 }, "heal: it can only be true"],
			[{ delay: 1 }, "delay needs ms"],
			[{ delay: 1, ms: -1 }, "ms: a number of ms"],
			[{ cut: 1, direction: "up" }, "direction: it is toServer or toClient"],
			[{ kill: 1, ms: 1 }, "ms: kill has no ms"],
		];
		for (const [fault, start] of cases) assert.ok(problemOf(fault).startsWith(start), problemOf(fault));
		assert.match(problemOf({ explode: 1 }), /^a fault is one of kill, stop, /);
	});

	it("does not hide its kind", () => {
		assert.equal(maybeKind({ ms: 1, delay: 1 }), "delay");
		assert.equal(maybeKind({ ms: 1 }), undefined);
	});
});
