import assert from "node:assert/strict";
import { SpecError } from "./spec-error.js";
import { parseYamlFile } from "./yaml-file.js";

function messageOf(text: string): string {
	try {
		parseYamlFile("a.yaml", text, "wire");
	} catch (error) {
		assert.ok(error instanceof SpecError);
		return error.message;
	}
	return assert.fail("no error");
}

describe("yaml file", () => {
	it("gives exact whole numbers: number when safe, else bigint", () => {
		const text = "zkspec: wire/v1\nxids: { small: -8, large: 9223372036854775807 }\n";
		const { value } = parseYamlFile("a.yaml", text, "wire");
		assert.deepEqual(value, { zkspec: "wire/v1", xids: { small: -8, large: 9223372036854775807n } });
	});

	it("says where values and keys stand, also behind an alias", () => {
		const text = "zkspec: wire/v1\nrecords:\n  A: &a\n    fields: { x: int }\n  B: *a\n";
		const yaml = parseYamlFile("a.yaml", text, "wire");
		assert.deepEqual(yaml.at(["records", "A", "fields", "x"]), { file: "a.yaml", line: 4, column: 18 });
		assert.deepEqual(yaml.atKey(["records", "B"]), { file: "a.yaml", line: 5, column: 3 });
		assert.equal(yaml.at(["records", "B", "fields", "x"]).line, 4);
		assert.equal(yaml.at(["records", "C", "fields"]).line, 3);
	});

	const mistakes: readonly (readonly [name: string, text: string, message: string])[] = [
		["no header", "xids: {}\n", 'a.yaml:1:1: key "zkspec" is missing; expected "zkspec: wire/v1"'],
		["another kind", "zkspec: profile/v1\n", 'a.yaml:1:9: found "zkspec: profile/v1"; expected "zkspec: wire/v1"'],
		["a newer version", "zkspec: wire/v2\n", "a.yaml:1:9: schema wire/v2 is newer than this runner knows (v1)"],
		["a duplicate key", "zkspec: wire/v1\nxids: {a: 1, a: 2}\n", "a.yaml:2:14: Map keys must be unique"],
		[
			"a mistyped key",
			"zkspec: wire/v1\nrecords:\n  A: { fields: {}, shorthnd: x }\n",
			'a.yaml:3:20: unknown key "shorthnd"; expected one of note, fields, defaults, shorthand; did you mean "shorthand"?',
		],
		["a wrong type", "zkspec: wire/v1\nxids: { a: b }\n", 'a.yaml:2:12: found "b"; expected an integer'],
		[
			"no form of a union",
			"zkspec: wire/v1\nrecords: { A: { fields: { x: 3 } } }\n",
			"a.yaml:2:30: found 3; expected a type such as int, ustring, buffer, Stat or vector<ACL>, or a mapping with type, enum, optional, note",
		],
		[
			"a mistake inside one form of a union",
			"zkspec: wire/v1\nrecords: { A: { fields: { x: { type: int, enm: e } } } }\n",
			'a.yaml:2:43: unknown key "enm"; expected one of type, enum, optional, note; did you mean "enum"?',
		],
		[
			"a number without quotes",
			"zkspec: wire/v1\noperations: { a: { code: 1, since: 3.5 } }\n",
			"a.yaml:2:36: found 3.5; expected text (in quotes)",
		],
		[
			"an alias in itself",
			"zkspec: wire/v1\nrecords: &a\n  A: *a\n",
			"a.yaml:3:6: found *a inside of what it names; expected it outside",
		],
		[
			"a key of nobody's level",
			"zkspec: wire/v1\nrecords:\n  A:\n    fields: {}\n   B:\n    fields: {}\n",
			"a.yaml:5:1: All mapping items must start at the same column",
		],
		["a second document", "zkspec: wire/v1\n---\nxids: {}\n", "a.yaml:2:1: found a second document; expected one"],
		["a tag", "zkspec: !new wire/v1\n", "a.yaml:1:9: Unresolved tag: !new"],
		[
			"a mistyped key that must be there, once",
			"zkspec: wire/v1\nrecords: { A: { felds: {} } }\n",
			'a.yaml:2:17: unknown key "felds"; expected one of note, fields, defaults, shorthand; did you mean "fields"?',
		],
		[
			"a missing key",
			"zkspec: wire/v1\noperations: { a: { code: 1 } }\n",
			'a.yaml:2:18: key "since" is missing; expected "code", "since"',
		],
	];
	for (const [name, text, message] of mistakes) {
		it(`refuses ${name}`, () => assert.equal(messageOf(text), message));
	}

	it("lists all problems, one line each", () => {
		const lines = messageOf("zkspec: wire/v1\nxids: { a: b }\nenum: {}\n").split("\n");
		assert.equal(lines.length, 2);
		assert.match(lines[0] ?? "", /^a\.yaml:3:1: unknown key "enum".*did you mean "enums"\?$/);
	});
});
