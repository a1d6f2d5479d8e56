import assert from "node:assert/strict";
import { maybeDifference, transcript } from "./transcript.js";

const session = (...output: string[]) => transcript([{ command: "x", output }]).slice(1, -1);

describe("transcript of a real client", () => {
	it("tells zxids by their distance to the first one, and no others", () => {
		assert.deepEqual(session("cZxid = 0x1f", "mzxid=21", "pZxid = 0x0", "dataLength = 21"), [
			"cZxid = first+0",
			"mzxid=first+2",
			"pZxid = 0",
			"dataLength = 21",
		]);
	});

	it("keeps only that there is an owner, and that there are times", () => {
		assert.deepEqual(session("ephemeralOwner = 0x1000", "ephemeralOwner = 0", "ctime = Sun Nov 22", "mtime=Mon"), [
			"ephemeralOwner = <session>",
			"ephemeralOwner = 0",
			"ctime = <time>",
			"mtime = <time>",
		]);
	});

	it("sorts lists of children and nothing else", () => {
		assert.deepEqual(session("b", "a", "\td", "\tc", "\tx=1", "\te"), ["b", "a", "\tc", "\td", "\tx=1", "\te"]);
	});

	it("keeps events apart, in their order", () => {
		const events = ["WatchedEvent b", "WatchedEvent a"];
		const exchanges = [
			{ command: "one", output: ["WATCHER::", "", events[0] ?? "", "done", "time = 3 msec"] },
			{ command: "two", output: [events[1] ?? ""] },
		];
		assert.deepEqual(transcript(exchanges), ["> one", "done", "> two", "> events", ...events]);
	});

	it("names the command after which two transcripts part", () => {
		assert.equal(maybeDifference(["> a", "1"], ["> a", "1"]), undefined);
		assert.match(
			maybeDifference(["> a", "1", "> b", "2"], ["> a", "1", "> b"]) ?? "",
			/^ {2}1 lines differ, first after "> b"/,
		);
	});
});
