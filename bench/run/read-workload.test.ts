import assert from "node:assert/strict";
import { SpecError } from "../../spec/load/spec-error.js";
import { measures } from "./measures/measures.js";
import { parseWorkload, readBundledWorkloads } from "./read-workload.js";
import { measureKinds } from "./workload.js";

const head = ["zkspec: bench-workload/v1", "workload: mine", "title: Something of mine", "servers: [1]", "rounds: 1"];

function parse(...lines: readonly string[]) {
	return parseWorkload("mine.yaml", [...head, ...lines].join("\n"));
}

function refuses(message: RegExp, ...lines: readonly string[]): void {
	assert.throws(
		() => parse(...lines),
		(error) => error instanceof SpecError && message.test(error.message),
		lines.join("\n"),
	);
}

describe("a workload of the benchmark", () => {
	it("comes for every kind of measurement", () => {
		const kinds = new Set(readBundledWorkloads().map(({ kind }) => kind));
		assert.deepEqual([...kinds].sort(), [...measureKinds].sort());
	});

	it("redraws the paper's figures and tables", () => {
		const drawn = readBundledWorkloads().flatMap(({ paper }) => paper?.split(", ") ?? []);
		assert.deepEqual(drawn.sort(), ["figure 5", "figure 6", "figure 7", "figure 8", "table 1", "table 2", "table 3"]);
		const ratio = readBundledWorkloads().find(({ name }) => name === "read-ratio");
		assert.deepEqual(ratio?.servers, [1, 3, 5, 7, 9, 13]);
	});

	it("has durations in ms, and a digest of its text", () => {
		const { parameters, sweep, kind, digest } = parse("load: { for: 1.5s, warmUp: 20ms, sweep: { reads: [1, 2] } }");
		assert.deepEqual([kind, parameters, sweep], ["load", { forMs: 1500, warmUpMs: 20 }, { reads: [1, 2] }]);
		assert.match(digest, /^[0-9a-f]{16}$/);
		assert.notEqual(digest, parse("load: { for: 1501ms, warmUp: 20ms, sweep: { reads: [1, 2] } }").digest);
	});

	it("says where something is wrong with it", () => {
		refuses(/nothing is measured/);
		refuses(/^mine.yaml:6:9: .*did you mean "reads"/, "load: { readz: 10, for: 1s }");
		refuses(/^mine.yaml:6:\d+: .*expected "for"/, "load: { reads: 10 }");
		refuses(/^mine.yaml:6:16: /, "load: { reads: 101, for: 1s }");
		refuses(/^mine.yaml:7:1: found load and failover/, "load: { for: 1s }", "failover: {}");
		refuses(/^mine.yaml:6:19: found reads and mix/, "load: { reads: 1, mix: { sync: 1 }, for: 1s }");
		refuses(/found window and rate/, "load: { window: 1, for: 1s, sweep: { rate: [1] } }");
		refuses(/^mine.yaml:6:13: unknown key "sessions"/, "barriers: { sessions: 3 }");
	});

	it("kills who runs and starts who was killed, in the order of time", () => {
		const events = (...list: readonly string[]) => `failures: { for: 9s, events: [${list.join(", ")}] }`;
		const kill = "{ at: 2s, do: kill, server: leader a }";
		const { parameters } = parse(events(kill, "{ at: 3s, do: start, server: leader a }"));
		assert.deepEqual(parameters.events, [
			{ atMs: 2000, do: "kill", role: "leader", name: "a" },
			{ atMs: 3000, do: "start", role: "leader", name: "a" },
		]);
		refuses(/before the event above/, events(kill, "{ at: 1s, do: start, server: leader a }"));
		refuses(/"leader a" is already killed/, events(kill, kill));
		refuses(
			/"leader b" is not killed; did you mean "leader a"/,
			events(kill, "{ at: 2s, do: start, server: leader b }"),
		);
		refuses(/^mine.yaml:6:\d+: /, events("{ at: 1s, do: kill, server: king }"));
	});

	it("takes from the command line only what its schema knows", () => {
		for (const { kind, parameters, sweep } of readBundledWorkloads()) {
			const own = Object.keys({ ...parameters, ...sweep }).filter((name) => !unsaid.has(name));
			for (const name of own)
				assert.ok(
					measures[kind].takes.some((each) => each === name),
					`${kind} ${name}`,
				);
		}
	});
});

/** What no single number says. */
const unsaid = new Set(["command", "mix", "sizes", "events", "distribution", "sampleMs"]);
