import assert from "node:assert/strict";
import { CommanderError } from "commander";
import { UsageError } from "../../conformance/runner/exit-code.js";
import { choosePlans } from "./choose-workloads.js";
import { parseOptions } from "./options.js";

function idsOf(...args: readonly string[]): readonly string[] {
	const { names, overrides, smoke } = parseOptions(args);
	return choosePlans(names, overrides, smoke).map(({ id }) => id);
}

describe("the benchmark's command line", () => {
	it("means four shares of reads on three servers when it says nothing", () => {
		assert.deepEqual(
			idsOf(),
			[100, 90, 50, 0].map((reads) => `read-ratio servers=3 reads=${reads}`),
		);
		const [plan] = choosePlans([], parseOptions([]).overrides, false);
		assert.deepEqual([plan?.rounds, plan?.parameters.forMs, plan?.parameters.reads], [3, 2000, 100]);
	});

	it("varies what it is told to vary, and calls a cell by it", () => {
		assert.deepEqual(idsOf("--servers", "1,3", "--reads", "50", "--window", "1,10"), [
			"read-ratio servers=1 reads=50 window=1",
			"read-ratio servers=1 reads=50 window=10",
			"read-ratio servers=3 reads=50 window=1",
			"read-ratio servers=3 reads=50 window=10",
		]);
		assert.deepEqual(idsOf("large-tree", "--set", "znodes=10,20"), [
			"large-tree servers=1 znodes=10",
			"large-tree servers=1 znodes=20",
		]);
		// How long is measured makes no other cell.
		assert.deepEqual(idsOf("failover", "--servers", "3", "--rounds", "2"), ["failover servers=3"]);
	});

	it("replaces what says the same in another way", () => {
		const { overrides } = parseOptions(["--rate", "500"]);
		const [plan] = choosePlans(["read-ratio"], overrides, false);
		assert.deepEqual([plan?.parameters.rate, plan?.parameters.window], [500, undefined]);
		const [mixed] = choosePlans(["mixed-sizes"], parseOptions(["--reads", "10"]).overrides, false);
		assert.deepEqual([mixed?.parameters.reads, mixed?.parameters.mix], [10, undefined]);
		const [open] = choosePlans(["arrival-rate"], parseOptions(["--smoke"]).overrides, true);
		assert.deepEqual([open?.parameters.rate, open?.parameters.window], [1000, undefined]);
	});

	it("lets two builds take short turns, unless the load is made elsewhere", () => {
		const sliceOf = (...args: string[]) => parseOptions(args).slice;
		assert.equal(sliceOf("--against", "."), 100);
		assert.equal(sliceOf("--against", ".", "--slice", "2s"), 2000);
		assert.equal(sliceOf("--against", ".", "--control", "127.0.0.1:1"), undefined);
		assert.equal(sliceOf("--peer", "apache"), undefined);
	});

	it("refuses what makes no sense, with the reason", () => {
		const uses: readonly (readonly [readonly string[], RegExp])[] = [
			[["--target", "127.0.0.1:1", "--servers", "3"], /those that run/],
			[["--target", "127.0.0.1:1", "--against", "."], /names servers that run/],
			[["--against", ".", "--peer", "apache"], /leave --peer out/],
			[["--no-reference"], /nothing to measure/],
			[["--window", "1", "--rate", "1"], /choose/],
			[["--slice", "1s", "--control", "127.0.0.1:1"], /leave --control out/],
			[["create-latency", "--sessions", "3"], /"sessions" means nothing there; workers, creates, bytes do/],
			[["--set", "key=3"], /did you mean "keys"/],
			[["read-ratoi"], /did you mean "read-ratio"/],
		];
		for (const [args, message] of uses)
			assert.throws(
				() => idsOf(...args),
				(error) => error instanceof UsageError && message.test(error.message),
				args.join(" "),
			);
	});

	it("refuses what it does not understand", () => {
		const uses: readonly (readonly [readonly string[], RegExp])[] = [
			[["--peer", "etcd"], /Expected apache/],
			[["--servers", "0"], /whole number from 1/],
			[["--reads", "101"], /percents/],
			[["--reads", "10,"], /percents/],
			[["--for", "3"], /duration/],
			[["--set", "znodes"], /name=number/],
			[["--seed", "x"], /from 0/],
			[["--bytes", "-1"], /from 0/],
		];
		for (const [args, message] of uses)
			assert.throws(
				() => parseOptions(args),
				(error) => error instanceof CommanderError && message.test(error.message),
				args.join(" "),
			);
	});
});
