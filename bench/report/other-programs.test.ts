import assert from "node:assert/strict";
import { otherProgramsNote } from "./other-programs.js";
import type { Report } from "./report.js";

/** A second on four cores: one server and a client that used so much, in cores, and what was idle. */
function reportOf(server: number | undefined, client: number, idleCores: number): Report {
	const cost = server === undefined ? {} : { cpuMicros: server * 1e6 };
	const round = {
		idleCores,
		servers: [{ id: 1, ...cost }],
		load: { measuredMs: 1000, client: { cpuMicros: client * 1e6 } },
	};
	return { environment: { cores: 4 }, cells: [{ rounds: [round] }] } as unknown as Report;
}

describe("other programs on the machine", () => {
	it("are told of when they used a tenth of it", () => {
		assert.match(otherProgramsNote(reportOf(1, 1, 0.5)) ?? "", /used 1.5 of 4 cores/);
		assert.match(otherProgramsNote(reportOf(1, 1, 1.59)) ?? "", /used 0.4 of 4 cores/);
		assert.equal(otherProgramsNote(reportOf(1, 1, 1.7)), undefined);
	});

	it("can not be told from servers of which nothing is known", () => {
		assert.equal(otherProgramsNote(reportOf(undefined, 1, 0)), undefined);
	});
});
