import assert from "node:assert/strict";
import { gapFigures } from "./gaps.js";

/** Writes and reads of 50 ms each, as one digit a sample. */
function samplesOf(writes: string, reads: string) {
	return [...writes].map((digit, at) => ({
		atMs: at * 50,
		writes: Number(digit),
		reads: Number(reads[at]),
		errors: 0,
	}));
}

describe("gaps after failures", () => {
	it("are the longest silence that begins soon after a leader or a follower was killed", () => {
		const samples = samplesOf("5550000555500055", "5555555505555005");
		const events = [
			{ atMs: 100, text: "leader killed (server 1)" },
			{ atMs: 300, text: "server 1 started" },
			{ atMs: 500, text: "follower killed (server 2)" },
		];
		assert.deepEqual(gapFigures({ samples }, events), {
			leaderWriteGapMs: 200,
			followerWriteGapMs: 150,
			readGapMs: 100,
		});
	});

	it("are none where nobody was killed, and not those that begin much later", () => {
		const late = samplesOf(`${"5".repeat(30)}00005`, "5".repeat(35));
		assert.equal(gapFigures({ samples: late }, [{ atMs: 0, text: "leader killed (server 1)" }]).leaderWriteGapMs, 0);
		assert.equal(gapFigures({ samples: late }, []).leaderWriteGapMs, 0);
	});
});
