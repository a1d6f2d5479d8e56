import assert from "node:assert/strict";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Chance } from "./chance.js";
import { nextStep } from "./generator.js";
import { Knowledge } from "./knowledge.js";
import type { Done } from "./lock-step.js";
import { scenarioText } from "./scenario-text.js";

const codec = new Codec(loadWireSpec());
const program = (seed: number) => {
	const chance = new Chance(seed);
	const knowledge = new Knowledge();
	for (const session of ["a", "b", "c", "d"]) knowledge.connected.set(session, true);
	return Array.from({ length: 300 }, (_, id) => nextStep(id, chance, knowledge));
};

describe("A random program", () => {
	it("is the same for the same seed and another for another", () => {
		assert.deepEqual(program(7), program(7));
		assert.notDeepEqual(program(7), program(8));
	});

	it("has only requests that can be sent", () => {
		for (const { action } of [1, 2, 3].flatMap(program)) {
			if (action.kind === "call") codec.encodeRequest(action.operation, action.fields, { defaults: true });
			if (action.kind === "frame") codec.encodeParts(action.parts);
		}
	});

	it("is written as a scenario with the answers of Apache", () => {
		const event = { kind: "event", type: "NodeCreated", path: "$root/n", state: "SyncConnected" };
		const reply = { kind: "reply", xid: 1, error: "OK", body: { path: "$root/n", stat: { czxid: "+1", version: 0 } } };
		const fields = { path: "$root/n" };
		const done: Done[] = [
			{ step: { id: 4, session: "b", action: { kind: "connect" } }, apache: { b: [] } },
			{
				step: { id: 9, session: "a", action: { kind: "call", operation: "create2", fields } },
				apache: { a: [reply], b: [event] },
			},
		];
		assert.equal(
			scenarioText(codec, "found", done),
			[
				"  found:",
				"    covers: []",
				"    steps:",
				"      - { client: b, connect: {} }",
				"      - { client: a, create2: { path: $root/n }, reply: { path: $root/n, stat: { version: 0 } } }",
				"      - { client: b, expectEvents: [ { NodeCreated: $root/n } ] }",
			].join("\n"),
		);
	});
});
