import assert from "node:assert/strict";
import { Turns } from "./turns.js";

/** Others come in between. */
async function turn(): Promise<void> {
	for (let waits = 0; waits < 10; waits++) await Promise.resolve();
}

describe("loads that take turns", () => {
	/** Who began and ended which slice, in order; each party makes so many. */
	async function record(
		counts: readonly number[],
		fails: (party: number, slice: number) => boolean = () => false,
		first = 0,
	) {
		const turns = new Turns(counts.length, first);
		const told: string[] = [];
		const make = async (index: number): Promise<void> => {
			const party = turns.party(index);
			try {
				for (let waits = 0; waits < 3 * index; waits++) await turn();
				for (let slice = 0; slice < (counts[index] ?? 0); slice++) {
					await party.take(async () => {
						told.push(`${index}+`);
						await turn();
						if (fails(index, slice)) throw new Error("planted");
						told.push(`${index}-`);
					});
				}
				await party.rest();
				told.push(`${index}.`);
			} finally {
				party.leave();
			}
		};
		const ends = await Promise.allSettled(counts.map((_, index) => make(index)));
		return { told: told.join(" "), failed: ends.filter(({ status }) => status === "rejected").length };
	}

	it("make one slice at a time, in both directions, and wait for all before and after", async () => {
		assert.deepEqual(await record([2, 2]), { told: "0+ 0- 1+ 1- 0+ 0- 1+ 1- 0. 1.", failed: 0 });
		assert.deepEqual(await record([2, 2, 2]), {
			told: "0+ 0- 1+ 1- 2+ 2- 0+ 0- 2+ 2- 1+ 1- 0. 2. 1.",
			failed: 0,
		});
	});

	it("begin with whom they are told to begin", async () => {
		const { told } = await record([2, 2, 2], undefined, 1);
		assert.equal(told, "1+ 1- 2+ 2- 0+ 0- 1+ 1- 0+ 0- 2+ 2- 1. 0. 2.");
	});

	it("do not wait for one that fails, whenever it does", async () => {
		const first = await record([2, 2], (party, slice) => party === 0 && slice === 0);
		assert.deepEqual(first, { told: "0+ 1+ 1- 1+ 1- 1.", failed: 1 });
		const last = await record([2, 2], (party, slice) => party === 1 && slice === 0);
		assert.deepEqual(last, { told: "0+ 0- 1+ 0+ 0- 0.", failed: 1 });
		assert.deepEqual(await record([0, 1]), { told: "1+ 1- 0. 1.", failed: 0 });
	});
});
