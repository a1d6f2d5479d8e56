import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { packageRoot } from "../../spec/load/package-root.js";
import { SpecError } from "../../spec/load/spec-error.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { parseYamlFile } from "../../spec/load/yaml-file.js";
import { operatorNames } from "./matcher.js";
import { parseScenarios } from "./parse-scenario.js";
import { vocabularyOf } from "./vocabulary.js";

const specFolder = path.join(packageRoot, "spec");
const manual = readFileSync(path.join(specFolder, "README.md"), "utf8");
const vocabulary = vocabularyOf(loadWireSpec());

interface Schema {
	readonly $defs: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
}
const schemaText = readFileSync(path.join(specFolder, "schema", "guarantee.v1.json"), "utf8");
const keysOf = (definition: string): readonly string[] =>
	Object.keys((JSON.parse(schemaText) as Schema).$defs[definition]?.properties ?? {});

/** What the parser says of a scenario with this step; empty when it takes it. */
function complaint(step: string): string {
	const text = `zkspec: guarantee/v1\nguarantee: g\ntitle: Title\nscenarios: {s: {covers: [c], steps: [${step}]}}\n`;
	return complaintOf(text);
}

function complaintOf(text: string): string {
	try {
		const yaml = parseYamlFile("s.yaml", text, "guarantee");
		const file = { guarantee: "g", title: "Title", clauses: [], scenarioIds: [], covered: [], yaml };
		parseScenarios(file, vocabulary);
		return "";
	} catch (error) {
		if (error instanceof SpecError) return error.message;
		throw error;
	}
}

/** The words of a list that a message ends with. */
const listAfter = (text: string, words: string): readonly string[] => (text.split(words)[1] ?? "").split(", ");

const verbs = listAfter(complaint("{note: x}"), "one of the verbs ");
/** One of these is of the type that the schema wants of a verb's value. */
const values = ["x", "true", "fin", "CONNECTED", "{}", "[]"];

function keysBeside(verb: string): readonly string[] {
	for (const value of values) {
		const keys = listAfter(complaint(`{${verb}: ${value}, qqqqqqqqqqqqqqqqqqqq: 1}`), "allowed are ");
		if (keys.length > 1) return keys;
	}
	return assert.fail(`no value of ${verb} that the schema takes`);
}

/** The part of the manual below a heading. */
function section(heading: string): string {
	const found = manual.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
	assert.ok(found, heading);
	return found;
}

describe("the language of scenarios", () => {
	it("has verbs that the parser, the schema and the manual know", () => {
		assert.ok(verbs.length > 20);
		const known = new Set([...verbs, ...verbs.flatMap(keysBeside), "xidSent", "times"]);
		assert.deepEqual([...known].toSorted(), [...keysOf("step")].toSorted());
		const unsaid = verbs.filter((verb) => !new RegExp(`[{\`,] ?${verb}:`).test(section("Steps")));
		assert.deepEqual(unsaid, []);
	});

	it("has keys of scenarios, clauses and clients that the manual explains", () => {
		const said = new Set(section("A guarantee file").match(/\w+/g));
		for (const definition of ["scenario", "clause"]) {
			assert.deepEqual(
				keysOf(definition).filter((key) => !said.has(key)),
				[],
			);
		}
		const words = new Set(manual.match(/\w+(?=:)/g));
		const unsaid = keysOf("client").filter((key) => !words.has(key));
		assert.deepEqual(unsaid, []);
	});

	it("has keys beside verbs that the manual explains", () => {
		const words = new Set(section("Steps").match(/\w+/g));
		const unsaid = keysOf("step").filter((key) => !words.has(key));
		assert.deepEqual(unsaid, []);
	});

	it("has matchers that the manual explains", () => {
		const said = new Set([...section("Matchers").matchAll(/`\{(\w+):/g)].map(([, name]) => name));
		assert.deepEqual([...said].toSorted(), [...operatorNames].toSorted());
	});

	it("has functions that the manual explains", () => {
		const known = /known: (.*)$/.exec(complaint(`{exists: "\${nothing()}"}`))?.[1] ?? "";
		assert.ok(known.split(",").length > 5, known);
		const unsaid = known.split(",").filter((name) => !section("Steps").includes(`\`${name}`));
		assert.deepEqual(unsaid, []);
	});

	it("has facts that the manual explains", () => {
		const folder = path.join(specFolder, "guarantees");
		const texts = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
		const used = texts.flatMap((text) => [
			...[...text.matchAll(/requires: \[([^\]]*)\]/g)].flatMap(([, list = ""]) => list.split(",")),
			...[...text.matchAll(/\bserver\.([a-zA-Z]\w*)/g)].map(([, name = ""]) => name),
		]);
		const names = new Set(used.map((need) => /[\w.]+/.exec(need)?.[0] ?? need));
		assert.ok(names.size > 8);
		const needs = section("Needs");
		const unsaid = [...names].filter((name) => !/^(4lw|op)\./.test(name) && !needs.includes(`\`${name}\``));
		assert.deepEqual(unsaid, []);
	});

	it("is that of the manual's examples", () => {
		const all = [...manual.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)];
		const examples = all.filter(([, , example = ""]) => example.includes("zkspec: guarantee/v1"));
		assert.equal(examples.length, 2);
		for (const [, indent = "", example = ""] of examples) {
			const text = example.replaceAll(new RegExp(`^${indent}`, "gm"), "");
			assert.equal(complaintOf(text), "");
		}
	});
});

describe("spec files", () => {
	const files = readdirSync(specFolder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));

	it("tell editors where their schema stands", () => {
		assert.ok(files.length > 30);
		for (const name of files) {
			const file = path.join(specFolder, name);
			const [first = "", ...rest] = readFileSync(file, "utf8").split("\n");
			const schema = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? "";
			const kind = /^zkspec: (\w+)\//.exec(rest.find((line) => line.startsWith("zkspec:")) ?? "")?.[1];
			assert.ok(existsSync(path.resolve(path.dirname(file), schema)), `${name}: ${first}`);
			assert.equal(path.basename(schema), `${kind}.v1.json`, name);
		}
	});
});
