import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UsageError } from "./exit-code.js";
import { clearOutput, writeOutput, writeText } from "./output-file.js";

describe("a file that the command line names for output", () => {
	let folder = "";
	const at = (name: string) => path.join(folder, name);
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-output-"));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("is tried in a folder that is made for it, and what was there before is gone", () => {
		clearOutput("--out", at("deeper/one.json"));
		assert.deepEqual(readdirSync(at("deeper")), []);
		writeText("--out", at("deeper/one.json"), "of an earlier run");
		clearOutput("--out", at("deeper/one.json"));
		assert.deepEqual(readdirSync(at("deeper")), []);
	});

	it("stays where it is no file", () => {
		symlinkSync("/dev/null", at("nowhere"));
		clearOutput("--out", at("nowhere"));
		assert.ok(existsSync(at("nowhere")));
	});

	it("that can not be written is told by its option; other errors stay what they are", () => {
		const refused = (error: unknown) =>
			error instanceof UsageError && /^--out .* can not be written: /.test(error.message);
		assert.throws(() => clearOutput("--out", folder), refused);
		assert.throws(() => writeText("--out", folder, ""), refused);
		const failing = () => {
			throw new RangeError("not of the file");
		};
		assert.throws(() => writeOutput("--out", at("one.json"), failing), RangeError);
	});
});
