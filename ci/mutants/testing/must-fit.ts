import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { edited, editsOf, type Mutant } from "../mutant.js";

/** Each has its places in the compiled reference, each of them once, and what comes of it is a program. */
export function mustFit(mutants: readonly Mutant[]): void {
	const texts: Record<string, string> = {};
	for (const mutant of mutants) {
		const files = new Map<string, string>();
		for (const edit of editsOf(mutant)) {
			const before = files.get(edit.file) ?? readFileSync(join("dist/reference", edit.file), "utf8");
			const after = edited(before, edit);
			assert.notEqual(after, before, mutant.id);
			files.set(edit.file, after);
		}
		for (const [file, text] of files) texts[`${mutant.id} in ${file}`] = text;
	}
	assert.deepEqual(syntaxErrors(texts), {});
}

/** Parses modules without running any of them. */
const parser = `
	import { readFileSync } from "node:fs";
	import { SourceTextModule } from "node:vm";
	const errors = {};
	for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
		try { new SourceTextModule(text); } catch (error) { errors[name] = error.message; }
	}
	console.log(JSON.stringify(errors));
`;

/** By name of the text. Only a flag lets Node parse modules as such, so that a process of its own does. */
function syntaxErrors(texts: Readonly<Record<string, string>>): unknown {
	const flags = ["--experimental-vm-modules", "--no-warnings", "--input-type=module", "--eval", parser];
	const { stdout, stderr } = spawnSync(process.execPath, flags, {
		input: JSON.stringify(texts),
		encoding: "utf8",
		maxBuffer: 1e9,
	});
	assert.equal(stderr, "");
	return JSON.parse(stdout);
}
