import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SpecError } from "../../spec/load/spec-error.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { parseYamlFile } from "../../spec/load/yaml-file.js";
import { parseScenarios } from "./parse-scenario.js";
import type { Scenario } from "./step.js";
import { vocabularyOf } from "./vocabulary.js";

const vocabulary = vocabularyOf(loadWireSpec());

function parse(steps: string, more = ""): Scenario[] {
	const text = `zkspec: guarantee/v1
guarantee: g
title: Some title
scenarios:
  s:
    covers: [c]
${more}    steps:
${steps}`;
	const yaml = parseYamlFile("s.yaml", text, "guarantee");
	const file = { guarantee: "g", title: "Some title", clauses: [], scenarioIds: ["s"], covered: ["c"], yaml };
	return parseScenarios(file, vocabulary);
}

function failure(steps: string, more = ""): string {
	try {
		parse(steps, more);
	} catch (error) {
		if (error instanceof SpecError) return error.message;
		throw error;
	}
	return "no error";
}

describe("scenario files", () => {
	it("number every expectation, the implied success included", () => {
		const [scenario] = parse("      - {create: $root/a, reply: {path: $root/a}}\n      - {delete: $root/a}\n");
		assert.deepEqual(
			scenario?.expectations.map(({ id, subject }) => `${id} ${subject}`),
			["0 error", "1 reply.path", "2 error"],
		);
	});

	it("number no expectation of the cleanup", () => {
		const [scenario] = parse("      - {create: $root/a}\n", "    cleanup: [{delete: $root/a}]\n");
		assert.equal(scenario?.expectations.length, 1);
		assert.equal(scenario?.cleanup.length, 1);
	});

	it("make one scenario of each case", () => {
		const scenarios = parse(
			"      - {create: {path: $root/a, flags: $f}, error: $e}\n",
			"    cases: [{f: 7, e: BADARGUMENTS}, {f: 8, e: BADARGUMENTS}]\n",
		);
		assert.deepEqual(
			scenarios.map(({ id }) => id),
			["s[1]", "s[2]"],
		);
	});

	it("describe a case with values of 64 bits", () => {
		const [scenario] = parse("      - {exists: $root}\n", "    cases: [{ttl: 9223372036854775807}]\n");
		assert.equal(scenario?.title, "s (ttl: 9223372036854775807)");
	});

	it("know the names in a row's values", () => {
		const step = "      - {call: $op}\n";
		assert.equal(parse(step, "    cases: [{op: {delete: $root/n}}]\n").length, 1);
		assert.match(failure(step, "    cases: [{op: {delete: $roto/n}}]\n"), /\$roto is not known/);
	});

	const wrong: [string, string][] = [
		[
			"      - {create: {path: $root/a, dta: x}}\n",
			's.yaml:8:34: CreateRequest has no field "dta"; did you mean "data"?',
		],
		[
			"      - {getData: $root/a, reply: {stat: {versoin: 1}}}\n",
			'Stat has no field "versoin"; did you mean "version"?',
		],
		["      - {getData: $root/a, reply: {stat: {same: $root, but: {mzx: 1}}}}\n", 'Stat has no field "mzx"'],
		["      - {getACL: $root/a, reply: {acl: [{prms: 1}]}}\n", 'ACL has no field "prms"; did you mean "perms"?'],
		["      - {multi: [{creat: $root/a}]}\n", 'unknown operation "creat"; did you mean "create"?'],
		["      - {multi: [{create: {pth: $root/a}}]}\n", 'CreateRequest has no field "pth"'],
		["      - {multi: [], reply: {results: [{eror: OK}]}}\n", 'a result has no field "eror"; did you mean "err"?'],
		["      - {creat: $root/a}\n", 's.yaml:8:17: unknown operation "creat"; did you mean "create"?'],
		["      - {create: $root/a, replay: {}}\n", 'unknown key "replay"; did you mean "reply"?'],
		["      - {create: $root/a, error: NODEEXIST}\n", 'unknown error "NODEEXIST"'],
		["      - {create: $root/a, error: -110}\n", "write the error's name instead of -110"],
		["      - {create: $roto/a}\n", "$roto is not known"],
		["      - {create: $root/a, delete: $root/a}\n", "a step has one operation, found create and delete"],
		["      - {note: nothing}\n", "a step needs an operation"],
		["      - {event: {NodeGone: $root}}\n", "an event names its type"],
		["      - {until: {exists: $root}}\n", "until needs within"],
		[
			"      - {until: {word: srvr, texts: x}, within: 9}\n",
			'unknown key "texts" in a step with "word"; did you mean "text"?',
		],
		["      - {drop: hard}\n", "s.yaml:8:16"],
		[`      - {create: "\${pad(1}"}\n`, '")" is missing'],
		[
			"      - {exists: $root, reply: {stat: {version: {gt: 1, lte: 2}}}}\n",
			'operator "lte" beside "gt"; did you mean "lt"?',
		],
		["      - {exists: $root, zxid: {between: 3}}\n", "between takes a list"],
		["      - {exists: $root, zxid: {between: [3]}}\n", "between takes a list of two"],
		["      - {exists: $root, zxid: {not: {oneOf: 3}}}\n", "oneOf takes a list"],
		["      - {exists: $root, zxid: {gt: 3, but: {}}}\n", '"but" needs "same" before it'],
		['      - {word: srvr, text: {matches: "("}}\n', "matches: Invalid regular expression"],
		["      - {client: 3, ping: }\n", "s.yaml:8:"],
	];
	for (const [steps, message] of wrong) {
		it(`refuse ${steps.trim()}`, () => {
			const found = failure(steps);
			assert.ok(found.includes(message) && found.startsWith("s.yaml:8:"), found);
		});
	}

	it("that hurt servers say so, and how many there must be", () => {
		const steps = "      - {fault: {kill: $leader}}\n      - {serves: leader}\n      - {fault: {start: all}}\n";
		const [scenario] = parse(steps, "    servers: 3\n");
		assert.deepEqual(scenario?.requires, ["servers>=3", "faults", "fault.kill", "fault.start"]);
		assert.deepEqual([...(scenario?.faults ?? [])], ["kill", "start"]);
		assert.equal(scenario?.usesRoles, true);
		assert.match(failure(steps), /^s\.yaml:8:24: \$leader is not known/);
		assert.match(failure("      - {exists: $root}\n", "    clients: {b: {server: 2}}\n"), /says servers: how many/);
	});

	it("tell a wrong fault with its place", () => {
		const servers = "    servers: 3\n";
		assert.match(failure("      - {fault: {kil: 1}}\n", servers), /^s\.yaml:9:17: a fault is one of kill/);
		assert.match(failure("      - {fault: {delay: 1, ms: x}}\n", servers), /^s\.yaml:9:\d+: a number of ms/);
		assert.match(failure("      - {serves: boss}\n", servers), /^s\.yaml:9:\d+: serves names a server by its id or/);
		assert.match(failure("      - {serves: 1, role: boss}\n", servers), /^s\.yaml:9:\d+: a role is one of leader/);
		assert.match(failure("      - {healed: false}\n", servers), /^s\.yaml:9:18: found false; expected true/);
	});

	it("that want an ensemble of their own need one", () => {
		const own = "    ensemble: {observers: 1, settings: {reconfigEnabled: true}}\n";
		const [scenario] = parse("      - {exists: $root}\n", own);
		assert.deepEqual(scenario?.requires, ["ownEnsembles"]);
		assert.deepEqual(scenario?.ensemble, { servers: undefined, observers: 1, settings: { reconfigEnabled: "true" } });
	});
});
