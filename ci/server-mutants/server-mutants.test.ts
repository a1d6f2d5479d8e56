import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { mustFit } from "../mutants/testing/must-fit.js";
import { ledgerOf } from "./ledger.js";
import { readServerMutants } from "./server-mutant.js";
import { clauseTable } from "./table.js";

describe("planted faults of servers", () => {
	const mutants = readServerMutants("ci/server-mutants/faults");

	it("are many, each with a name of its own and a clause that it breaks", () => {
		assert.ok(mutants.length >= 80, `${mutants.length} mutants`);
		assert.equal(new Set(mutants.map(({ id }) => id)).size, mutants.length);
		for (const { id, clauses } of mutants) assert.ok(clauses.length > 0, id);
	});

	it("fit the code, each in one place", () => {
		mustFit(mutants);
	}).timeout(30_000);
});

describe("npm run mutants", () => {
	it("tells what it does not understand, and tries nothing", () => {
		for (const [args, message] of [
			[["--only", "sequence-reusd"], /did you mean "sequence-reused"/],
			[["--jobs", "0"], /Expected a whole number from 1/],
		] as const) {
			const main = fileURLToPath(new URL("main.js", import.meta.url));
			const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
			assert.match(stderr, message);
			assert.deepEqual([status, stdout], [2, ""]);
		}
	}).timeout(20_000);
});

describe("ledger of promises and mutants", () => {
	const clauses = [
		{ id: "a.one", level: "must" },
		{ id: "a.two", level: "must" },
		{ id: "a.maybe", level: "should" },
	] as const;
	const mutant = { id: "m", clauses: ["a.one"] };

	it("tells what has no mutant, and what is owed", () => {
		assert.deepEqual(ledgerOf(clauses, [mutant], []).uncaught, ["a.two"]);
		const debts = [{ clause: "a.t*", reason: "none yet" }];
		assert.deepEqual(ledgerOf(clauses, [mutant], debts), {
			uncaught: [],
			owed: ["a.two"],
			stale: [],
			unknown: [],
		});
	});

	it("tells debts that are none", () => {
		for (const clause of ["a.one", "b.*"])
			assert.deepEqual(ledgerOf(clauses, [mutant], [{ clause, reason: "none yet" }]).stale, [clause]);
	});

	it("tells clauses that are not in the spec", () => {
		const { unknown } = ledgerOf(clauses, [{ id: "m", clauses: ["a.three"] }], []);
		assert.deepEqual(unknown, ["a.three (m)"]);
	});
});

describe("table of clauses and mutants", () => {
	it("marks those that were meant to break the clause", () => {
		const base = {
			breaks: "",
			file: "",
			find: "",
			replace: "",
			servers: 1,
			workload: undefined,
			simulated: false,
			facts: [],
		};
		const meant = { ...base, id: "meant", clauses: ["a.one"] };
		const other = { ...base, id: "other", clauses: ["a.two"] };
		const violated = ["a.one"];
		const table = clauseTable(
			[{ id: "a.one", level: "must" }],
			new Map([
				[meant, { violated }],
				[other, { violated }],
			]),
		);
		assert.match(table, /^a\.one +must +meant\* other$/);
	});
});
