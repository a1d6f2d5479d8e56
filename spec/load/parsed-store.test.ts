import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { packageRoot } from "./package-root.js";
import { remember } from "./parsed-store.js";
import { parseYamlFile, readYamlFile } from "./yaml-file.js";

describe("store of what was parsed", () => {
	const store = path.join(packageRoot, "dist", ".parsed");

	function makings(file: string, texts: readonly string[]): number {
		let count = 0;
		for (const text of texts)
			assert.equal(
				remember(file, [text], () => `${++count && ""}${text}!`),
				`${text}!`,
			);
		return count;
	}

	it("makes a thing of the same text once, and anew of another", () => {
		const name = `made-up-${process.pid}.yaml`;
		assert.equal(makings(path.join(packageRoot, "spec", name), ["a", "a", "b", "b", "a"]), 3);
		for (const entry of readdirSync(store)) if (entry.startsWith(`spec-${name}`)) rmSync(path.join(store, entry));
	});

	it("knows the workloads of the benchmark too", () => {
		const name = `made-up-${process.pid}.yaml`;
		assert.equal(makings(path.join(packageRoot, "bench", "workloads", name), ["a", "a"]), 1);
		rmSync(path.join(store, readdirSync(store).find((each) => each.startsWith(`bench-workloads-${name}`)) ?? ""));
	});

	it("makes it anew of a file that is not whole", () => {
		const name = `made-up-${process.pid}.yaml`;
		const file = path.join(packageRoot, "spec", name);
		assert.equal(makings(file, ["a"]), 1);
		const [entry = ""] = readdirSync(store).filter((each) => each.startsWith(`spec-${name}`));
		const whole = readFileSync(path.join(store, entry));
		for (const bytes of [0, 1, whole.length - 1]) {
			writeFileSync(path.join(store, entry), whole.subarray(0, bytes));
			assert.equal(makings(file, ["a", "a"]), 1, `${bytes} bytes`);
		}
		rmSync(path.join(store, entry));
	});

	it("knows nothing of files that are not the package's", () => {
		assert.equal(makings(path.join(tmpdir(), "mine.yaml"), ["a", "a"]), 2);
		assert.equal(makings("mine.yaml", ["a", "a"]), 2);
	});

	it("gives what reading it anew gives, and the same places", () => {
		const file = path.join(packageRoot, "spec", "guarantees", "acl-permissions.yaml");
		const fresh = parseYamlFile(file, readFileSync(file, "utf8"), "guarantee");
		readYamlFile(file, "guarantee");
		const stored = readYamlFile(file, "guarantee");
		assert.deepEqual(stored.value, fresh.value);
		const { clauses } = fresh.value as { readonly clauses: Record<string, unknown> };
		for (const id of Object.keys(clauses)) {
			assert.deepEqual(stored.atKey(["clauses", id]), fresh.atKey(["clauses", id]));
			assert.deepEqual(stored.at(["clauses", id, "text"]), fresh.at(["clauses", id, "text"]));
			assert.ok(stored.at(["clauses", id, "text"]).line > 1);
		}
	});
});
