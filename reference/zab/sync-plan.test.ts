import { strict as assert } from "node:assert";
import fc from "fast-check";
import { counterOf, epoch, epochOf, type Zxid, zxid, zxidOf } from "../model/ids.js";
import { CommittedLog } from "./committed-log.js";
import type { Proposal } from "./contract.js";
import { type Committed, describePlan, planSync, type SyncPlan } from "./sync-plan.js";

const at = (of: number, counter: number): Zxid => zxidOf(epoch(of), counter);
const entry = (of: Zxid): Proposal => ({ zxid: of, body: new Uint8Array() });

/** A leader with this history, of which it remembers `window` entries and has the files from `logged` on. */
function leader(history: readonly Zxid[], window: number, logged = 0): Committed {
	const committed = new CommittedLog(Math.max(window, 1));
	if (window > 0) for (const one of history) committed.push(entry(one));
	return {
		lastAppliedZxid: history.at(-1) ?? zxid(0),
		committed,
		maybeLogged: (after) => {
			const from = history.indexOf(after);
			return from < logged ? undefined : history.slice(from + 1).map(entry);
		},
	};
}

function spelled(plan: SyncPlan): string {
	const entries =
		plan.type === "snapshot" ? [] : [...plan.entries].map((one) => `${epochOf(one.zxid)}:${counterOf(one.zxid)}`);
	return [describePlan(plan), ...entries].join(" ");
}

describe("the plan of a synchronisation", () => {
	const history = [at(1, 1), at(1, 2), at(1, 3), at(2, 1), at(2, 2), at(4, 1)];
	const cases: readonly [last: Zxid, window: number, logged: number, plan: string][] = [
		[at(4, 1), 6, 0, "DIFF"],
		[at(2, 1), 6, 0, "DIFF 2:2 4:1"],
		[at(2, 1), 3, 0, "DIFF 2:2 4:1"],
		[at(1, 2), 3, 0, "DIFF 1:3 2:1 2:2 4:1"],
		[at(1, 2), 3, 2, "SNAP"],
		[at(1, 2), 0, 0, "DIFF 1:3 2:1 2:2 4:1"],
		[at(4, 3), 6, 0, "TRUNC to 0x400000001"],
		[at(4, 3), 0, 0, "TRUNC to 0x400000001"],
		[at(2, 9), 6, 0, "TRUNC to 0x200000002 4:1"],
		[at(3, 1), 6, 0, "SNAP"],
		[at(5, 1), 6, 0, "SNAP"],
		[at(1, 9), 6, 0, "TRUNC to 0x100000003 2:1 2:2 4:1"],
		[at(1, 9), 2, 0, "SNAP"],
		[at(4, 0), 6, 0, "SNAP"],
		[at(7, 2), 6, 0, "TRUNC to 0x400000001"],
		[zxid(0), 6, 0, "SNAP"],
		[zxid(-1), 6, 0, "SNAP"],
	];
	for (const [last, window, logged, plan] of cases) {
		it(`is ${plan} for ${epochOf(last)}:${counterOf(last)} with ${window} in memory, files from ${logged} on`, () => {
			assert.equal(spelled(planSync(last, leader(history, window, logged), epoch(7))), plan);
		});
	}

	it("is an empty DIFF between two that are empty", () => {
		assert.equal(spelled(planSync(zxid(0), leader([], 5), epoch(1))), "DIFF");
	});

	it("makes the learner's history the leader's, whenever both followed the same leaders", () => {
		fc.assert(
			fc.property(histories(), fc.nat(12), fc.nat(12), ([mine, theirs, own], window, logged) => {
				const plan = planSync(theirs.at(-1) ?? zxid(0), leader(mine, window, logged), epoch(own));
				assert.deepEqual(applied(plan, mine, theirs), mine);
			}),
			{ numRuns: 2000 },
		);
	});
});

/** The learner's history after it; a truncation must have something to truncate to. */
function applied(plan: SyncPlan, leaders: readonly Zxid[], learners: readonly Zxid[]): readonly Zxid[] {
	if (plan.type === "snapshot") return leaders;
	if (plan.type === "truncate") assert(learners.includes(plan.to), `the learner lacks ${plan.to}`);
	const kept = plan.type === "diff" ? learners : learners.filter((one) => one <= plan.to);
	return [...kept, ...[...plan.entries].map((one) => one.zxid)];
}

/**
 * Two histories that Zab allows: in each epoch that both know, they have the first entries of the same leader; and what the
 * leader of an epoch had at its beginning is in every history that goes on in it.
 */
function histories(): fc.Arbitrary<[leader: readonly Zxid[], learner: readonly Zxid[], epoch: number]> {
	const epochs = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.boolean()), { maxLength: 6 });
	return fc.tuple(epochs, fc.boolean()).map(([steps, isNew]) => {
		let [mine, theirs]: [readonly Zxid[], readonly Zxid[]] = [[], []];
		for (const [i, [own, other, both]] of steps.entries()) {
			const written = (count: number): Zxid[] => Array.from({ length: count }, (_, n) => at(i + 1, n + 1));
			// The one who is in the epoch begins with the leader's history; the other stays behind with what it has.
			const base = mine;
			mine = [...base, ...written(own)];
			if (both) theirs = [...base, ...written(other)];
		}
		// The leader is in a new epoch, or still in the last one, and has not committed all that it proposed.
		return [mine, theirs, steps.length + (isNew ? 1 : 0)];
	});
}
