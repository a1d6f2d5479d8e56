import { strict as assert } from "node:assert";
import fc from "fast-check";
import { historyOf } from "../history/history-builder.js";
import { testHeader } from "../history/testing/random-records.js";
import { judge } from "./judge.js";
import { type WatchedStoreOptions, type WatchLie, watchedRun } from "./testing/watched-store.js";
import type { Verdict } from "./verdict.js";

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe("judging runs of a store that is watched", function () {
	this.timeout(120_000);

	it("finds nothing wrong with servers that are behind, sessions that move with their watches, close and expire", () => {
		fc.assert(
			fc.property(seeds, fc.integer({ min: 20, max: 300 }), (seed, steps) => {
				const { verdict } = judged({ seed, steps, breaks: true });
				assert.equal(verdict.outcome, "ok", explain(verdict));
			}),
			{ numRuns: 300 },
		);
	});

	const lies = ["lost-event", "late-event", "event-sent-twice", "watches-not-restored"] satisfies WatchLie[];
	for (const lie of lies) {
		it(`finds every ${lie}`, () => {
			let told = 0;
			fc.assert(
				fc.property(seeds, (seed) => {
					const { verdict, lied } = judged({ seed, steps: 250, breaks: false, lie });
					if (!lied) return;
					told++;
					assert.equal(verdict.outcome, "violated");
				}),
				{ numRuns: 120 },
			);
			assert.ok(told > 10, `only ${told} lies`);
		});
	}
});

function judged(options: WatchedStoreOptions): { verdict: Verdict; lied: boolean } {
	const { records, lied } = watchedRun(options);
	return { verdict: judge(historyOf({ ...testHeader, root: "/r", servers: ["s0", "s1", "s2"] }, records)), lied };
}

function explain(verdict: Verdict): string {
	if (verdict.outcome !== "violated") return verdict.outcome;
	return verdict.findings.map(({ rule, clause, text, records }) => `${rule} ${clause} [${records}] ${text}`).join("\n");
}
