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

	it("are not those that begin much later", () => {
		const late = samplesOf(`${"5".repeat(30)}00005`, "5".repeat(35));
		assert.equal(gapFigures({ samples: late }, [{ atMs: 0, text: "leader killed (server 1)" }]).leaderWriteGapMs, 0);
	});

	it("are not told where nobody was killed", () => {
		const silent = samplesOf("5000000005", "5000000005");
		const happened = [{ atMs: 0, text: "no leader to kill" }];
		assert.deepEqual(gapFigures({ samples: silent }, happened), {});
		assert.deepEqual(gapFigures({ samples: silent }, [{ atMs: 0, text: "follower killed (server 1)" }]), {
			followerWriteGapMs: 400,
			readGapMs: 400,
		});
	});
});
