import { readdirSync } from "node:fs";
import path from "node:path";
import { readGuarantees } from "../../spec/load/guarantee.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { coverageOf, readLines } from "./coverage.js";

// Prints which lines of the checklist of client-visible semantics the spec proves; fails when one is missing.

const folder = path.join(packageRoot, "spec", "guarantees");
const files = readGuarantees(readdirSync(folder).map((name) => path.join(folder, name)));
const clauses = new Set(files.flatMap((file) => file.clauses.map(({ id }) => id)));
const byRule = files.flatMap((file) => file.clauses.filter(({ rules }) => rules.length > 0).map(({ id }) => id));
const covered = new Set([...files.flatMap((file) => file.covered), ...byRule]);
const lines = readLines(path.join(packageRoot, "ci", "coverage", "semantics.yaml"));
const { proved, unseen, missing } = coverageOf(lines, clauses, covered);

for (const { line, reason } of unseen) console.log(`unseen  ${line}: ${reason}`);
for (const line of missing) console.log(`missing ${line}`);
const bare = [...clauses].filter((id) => !covered.has(id));
for (const id of bare) console.log(`clause without a scenario or a rule: ${id}`);
console.log(
	`${lines.size} lines: ${proved.length} proved, ${unseen.length} not to be seen from outside, ${missing.length} missing; ` +
		`${clauses.size} clauses, ${bare.length} without a scenario or a rule`,
);
process.exitCode = missing.length + bare.length > 0 ? 1 : 0;
