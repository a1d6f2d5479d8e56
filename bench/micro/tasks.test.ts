import assert from "node:assert/strict";
import { makeTasks } from "./tasks.js";

describe("micro benchmark", () => {
	for (const task of makeTasks()) {
		it(`does right what it measures: ${task.name}`, () => {
			task.run();
			task.run();
			assert.equal(task.check(), undefined);
		});
	}

	it("says what is wrong", () => {
		const log = makeTasks().find(({ name }) => name.includes("log record"));
		assert.equal(log?.check(), "records: 0 instead of 100");
	});
});
