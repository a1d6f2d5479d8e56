import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { EnsembleDriver } from "../drivers/ensemble-driver.js";
import { UnreachableError } from "../scenario/verdict.js";
import { startPatiently } from "./patient-start.js";

describe("an ensemble that does not start", () => {
	const failing = (failures: number) => {
		let left = failures;
		return () => (left-- > 0 ? Promise.reject(new Error("port taken")) : Promise.resolve({} as EnsembleDriver));
	};

	it("is started again, but not for ever", async () => {
		assert.deepEqual(await startPatiently(failing(2)), {});
		await assert.rejects(startPatiently(failing(3)), (error) => {
			assert.ok(error instanceof UnreachableError);
			assert.equal(error.message, "no ensemble could be started: port taken");
			return true;
		});
	});
});
