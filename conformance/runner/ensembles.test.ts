import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Ensembles, withEnsembleFacts } from "./ensembles.js";
import { skipReason } from "./plan.js";
import { mustScenario, suiteOf } from "./testing/suite-of.js";

const suite = suiteOf(
	{ c: "3.0" },
	`  hurting: {covers: [c], servers: 3, steps: [{fault: {kill: 1}}, {serves: leader}]}
  parting: {covers: [c], servers: 3, steps: [{fault: {partition: [[1], [2, 3]]}}]}
  owning: {covers: [c], servers: 3, ensemble: {servers: 3}, steps: [{exists: $root}]}`,
);

function ensembles(own: boolean): Ensembles {
	return {
		abilities: new Set(["kill"]),
		own,
		lanes: 1,
		isTarget: () => !own,
		open: () => Promise.reject(new Error("not needed")),
		close: () => Promise.resolve(),
	};
}

/** Why a scenario is skipped on a target of so many servers. */
function reason(id: string, known: Ensembles | undefined, servers = 3): string | undefined {
	const found = withEnsembleFacts({ facts: { servers }, reasons: new Map() }, known);
	return skipReason(mustScenario(suite, id), suite, "3.8.0", found, { exclusive: true, destructive: true });
}

describe("scenarios that hurt servers or want their own", () => {
	it("need somebody who can do that", () => {
		assert.equal(reason("hurting", ensembles(false)), undefined);
		assert.equal(reason("hurting", undefined), "needs faults: nobody can hurt its servers (--faults)");
		assert.match(reason("parting", ensembles(true)) ?? "", /^needs fault\.partition: /);
		assert.equal(reason("owning", ensembles(true)), undefined);
		assert.match(reason("owning", ensembles(false)) ?? "", /^needs ownEnsembles: only servers that the suite starts/);
	});

	it("need enough servers, which an ensemble of their own has", () => {
		assert.equal(reason("hurting", ensembles(true), 1), "needs servers>=3: it is 1");
		assert.equal(reason("owning", ensembles(true), 1), undefined);
	});
});
