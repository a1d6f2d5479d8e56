import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SpecError } from "./spec-error.js";
import { loadWireSpec } from "./wire.js";

describe("wire spec", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-wire-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	function load(...texts: readonly string[]): ReturnType<typeof loadWireSpec> {
		const files = texts.map((_text, index) => path.join(folder, `${index}.yaml`));
		for (const [index, file] of files.entries()) writeFileSync(file, `zkspec: wire/v1\n${texts[index]}`);
		return loadWireSpec(files);
	}

	function refused(text: string, message: RegExp): void {
		assert.throws(
			() => load(text),
			(error) => error instanceof SpecError && message.test(error.message),
		);
	}

	it("has every operation with its records", () => {
		const wire = load();
		assert.equal(wire.operations.get("ping")?.xid, -2);
		assert.equal(wire.records.get("Stat")?.fields.length, 11);
		const codes = [...wire.operations.values()].map(({ code }) => code);
		assert.equal(new Set(codes).size, codes.length);
	});

	it("takes operations, records and constants from a user's file", () => {
		const wire = load(`
records: { TouchRequest: { shorthand: path, fields: { path: ustring, times: vector<long> } } }
operations: { touch: { code: 900, since: "1.0", request: TouchRequest, xid: touch } }
xids: { touch: -900 }
enums: { error: { names: { TOUCHY: -900 } }, mood: { names: { GOOD: 1 } } }
`);
		assert.equal(wire.operations.get("touch")?.xid, -900);
		assert.equal(wire.enums.get("error")?.values.get("TOUCHY"), -900);
		assert.equal(wire.enums.get("error")?.values.get("NONODE"), -101);
		assert.deepEqual(wire.records.get("TouchRequest")?.fields[1]?.type, {
			kind: "vector",
			item: { kind: "primitive", name: "long" },
		});
	});

	it("refuses a second definition and names both places", () => {
		const place = String.raw`0\.yaml:2:12: "Stat" is defined again; it is already defined at .*records\.yaml:\d+:3`;
		refused("records: { Stat: { fields: {} } }\n", new RegExp(place));
		refused("enums: { error: { names: { OK: 1 } } }\n", /"OK" is defined again; .*constants\.yaml/);
	});

	it("refuses names that nobody defines", () => {
		refused(
			"records: { A: { fields: { a: vector<Sta> } } }\n",
			/2:30: there is no type or record "Sta"; did you mean "Stat"\?/,
		);
		refused(
			'operations: { a: { code: 1, since: "1.0", request: GetDataRequst } }\n',
			/did you mean "GetDataRequest"\?/,
		);
		refused(
			"records: { A: { fields: { a: { type: int, enum: errr } } } }\n",
			/there is no enum "errr"; did you mean "error"\?/,
		);
		refused("records: { A: { fields: { a: int }, defaults: { b: 1 } } }\n", /2:49: there is no field "b"/);
	});
});
