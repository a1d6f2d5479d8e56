import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inOrder, skipReason, type Task, taskOf } from "./plan.js";
import { mustScenario, suiteOf } from "./testing/suite-of.js";

const suite = suiteOf(
	{ old: "3.0", new: "3.9" },
	`  plain: {covers: [old], steps: [{exists: $root}]}
  new-clause: {covers: [old, new], steps: [{exists: $root}]}
  since: {covers: [old], since: "3.8.2", steps: [{exists: $root}]}
  before: {covers: [old], before: "3.8.1", steps: [{exists: $root}]}
  needy: {covers: [old], requires: [ttl, servers>=3], steps: [{exists: $root}]}
  apart: {covers: [old], alone: counts, steps: [{exists: $root}]}
  beyond: {covers: [old], outside: /zookeeper, steps: [{exists: $root}]}
  harmful: {covers: [old], destructive: crashes, outside: /, steps: [{exists: $root}]}
  untouched: {covers: [old], fresh: true, destructive: crashes, steps: [{exists: $root}]}
  hurting: {covers: [old], servers: 5, ensemble: {servers: 5}, steps: [{fault: {kill: 1}}, {everywhere: {client: z, exists: /}}]}
  long: {covers: [old], lasts: "\${2 * server.tickTime}", steps: [{exists: $root}]}
  unknown-length: {covers: [old], lasts: $server.nothing, steps: [{exists: $root}]}
  crowd:
    covers: [old]
    clients: {idle: {connect: false}}
    steps:
      - {race: {clients: $server.crowd, do: {exists: $root}, tally: {}}}
      - parallel:
          b: [{exists: $root}, {client: c, exists: $root}]
          d: [{repeat: 2, steps: [{client: e, exists: $root}]}]
      - {pipeline: [{exists: $root}]}
      - {until: {client: f, exists: $root}, within: 1}
      - {hold: {client: g, exists: $root}, for: 1}
    cleanup: [{client: h, exists: $root}]`,
);
const facts = { ttl: true, servers: 3, tickTime: 500, crowd: 4 };
const free = { exclusive: true, destructive: true };

function reason(id: string, version = "3.8.1", found: Readonly<Record<string, number | boolean>> = facts, may = free) {
	return skipReason(mustScenario(suite, id), suite, version, { facts: found, reasons: new Map() }, may);
}

const task = (id: string): Task => taskOf(mustScenario(suite, id), facts);

describe("why a scenario is skipped", () => {
	it("is no reason for one without demands", () => {
		assert.equal(reason("plain"), undefined);
	});

	it("is the version that it or one of its clauses is for", () => {
		assert.equal(reason("new-clause"), "new is since 3.9; the target is 3.8.1");
		assert.equal(reason("new-clause", "3.9.0"), undefined);
		assert.equal(reason("since"), "since is since 3.8.2; the target is 3.8.1");
		assert.equal(reason("since", "3.8.2"), undefined);
		assert.equal(reason("before"), "before is before 3.8.1; the target is 3.8.1");
		assert.equal(reason("before", "3.8.0"), undefined);
	});

	it("is a fact that does not hold", () => {
		assert.equal(reason("needy"), undefined);
		assert.equal(reason("needy", "3.8.1", { ...facts, servers: 1 }), "needs servers>=3: it is 1");
		assert.equal(reason("needy", "3.8.1", { ...facts, ttl: false }), "needs ttl: the target does not have it");
	});

	it("is what was not allowed", () => {
		const harmless = { exclusive: true, destructive: false };
		assert.equal(reason("harmful", "3.8.1", facts, harmless), "may harm the server (--destructive): crashes");
		const guest = { exclusive: false, destructive: true };
		assert.equal(reason("beyond", "3.8.1", facts, guest), "reaches outside the suite's node (--exclusive): /zookeeper");
		assert.equal(reason("apart", "3.8.1", facts, { exclusive: false, destructive: false }), undefined);
		assert.equal(reason("harmful"), undefined);
	});
});

describe("a task", () => {
	it("has the phase that its scenario needs", () => {
		const phases = ["plain", "apart", "beyond", "harmful", "untouched", "hurting"].map((id) => task(id).phase);
		assert.deepEqual(phases, ["together", "alone", "alone", "destructive", "fresh", "ensemble"]);
	});

	it("counts every client of every kind of step, the largest race, and one more", () => {
		assert.equal(task("plain").connections, 2);
		// a and idle, b to h, a race of 4, one for words and cleaning up.
		assert.equal(task("crowd").connections, 9 + 4 + 1);
	});

	it("lasts as long as its expression says, and no time where that is not known", () => {
		assert.deepEqual([task("long").lastsMs, task("plain").lastsMs, task("unknown-length").lastsMs], [1000, 0, 0]);
	});
});

describe("the order of tasks", () => {
	const tasks = suite.scenarios.map(({ id }) => task(id));
	const ids = (seed: number): readonly string[] => inOrder(tasks, seed).map(({ scenario }) => scenario.id);

	it("begins with the longest", () => {
		for (let seed = 0; seed < 10; seed++) assert.equal(ids(seed)[0], "long");
	});

	it("is the seed's, loses nothing and does not depend on the order given", () => {
		assert.deepEqual(ids(1), ids(1));
		assert.notDeepEqual(ids(1), ids(2));
		assert.deepEqual(ids(1).toSorted(), tasks.map(({ scenario }) => scenario.id).toSorted());
		assert.deepEqual(
			inOrder(tasks.toReversed(), 1).map(({ scenario }) => scenario.id),
			ids(1),
		);
	});
});
