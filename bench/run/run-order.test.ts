import assert from "node:assert/strict";
import type { Round } from "../report/report.js";
import { agendaOf } from "./agenda.js";
import { CellBook } from "./cell-book.js";
import type { CellPlan } from "./cell-plan.js";
import { readBundledWorkloads } from "./read-workload.js";
import { TimeLeft } from "./time-left.js";

const [workload] = readBundledWorkloads();

function plan(id: string, servers: number, rounds: number): CellPlan {
	assert.ok(workload !== undefined);
	return { id, servers, rounds, workload, parameters: { reads: 50, mix: { sync: 2 } } };
}

describe("the order of a benchmark", () => {
	it("is one ensemble size after the other, and all cells once before one of them again", () => {
		const agenda = agendaOf([plan("a", 1, 2), plan("b", 3, 1), plan("c", 1, 3)]);
		assert.deepEqual(
			agenda.map(({ servers, turns }) => [servers, turns.map((turn) => `${turn.plan.id}${turn.round}`)]),
			[
				[1, ["a1", "c1", "a2", "c2", "c3"]],
				[3, ["b1"]],
			],
		);
	});

	it("starts servers anew after some rounds, when it is told to", () => {
		const agenda = agendaOf([plan("a", 1, 3), plan("b", 1, 4), plan("c", 3, 2)], 2);
		assert.deepEqual(
			agenda.map(({ servers, turns }) => [servers, turns.map((turn) => `${turn.plan.id}${turn.round}`)]),
			[
				[1, ["a1", "b1", "a2", "b2"]],
				[1, ["a3", "b3", "b4"]],
				[3, ["c1", "c2"]],
			],
		);
	});

	it("keeps what belongs together side by side", () => {
		const book = new CellBook();
		const round = (number: number) => ({ number }) as Round;
		book.add(plan("a", 1, 2), "reference", round(1));
		book.add(plan("a", 1, 2), "apache-3.8.0", round(2));
		book.add(plan("b", 1, 2), "reference", round(3));
		book.add(plan("a", 1, 2), "reference", round(4));
		assert.deepEqual(
			book.cells.map(({ id, subject, rounds }) => [id, subject, rounds.map(({ number }) => number)]),
			[
				["a", "reference", [1, 4]],
				["a", "apache-3.8.0", [2]],
				["b", "reference", [3]],
			],
		);
		assert.deepEqual(book.cells[0]?.parameters, { servers: 1, reads: 50, mix: "sync:2" });
	});

	it("tells the time left by how long things took compared with their guesses", () => {
		const left = new TimeLeft(100_000);
		assert.equal(`${left}`, "2 min left");
		left.done(10_000, 5000);
		assert.equal(left.leftMs, 45_000);
		left.done(100_000, 50_000);
		assert.equal(`${left}`, "0 s left");
	});
});
