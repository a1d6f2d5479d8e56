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
		const decode = makeTasks().find(({ name }) => name.includes("create request"));
		assert.equal(decode?.check(), "path:  instead of /app/locks/lock-0000000001");
	});
});
