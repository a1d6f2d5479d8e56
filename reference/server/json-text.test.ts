import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, jsonText } from "./json-text.js";

describe("JSON of the admin endpoint", () => {
	it("is laid out as Apache lays it out", () => {
		const value = { id: 72058603974426624n, none: [], nothing: {}, list: ["a", "b"], in: { deep: null } };
		assert.equal(
			jsonText(value),
			'{\n  "id" : 72058603974426624,\n  "none" : [ ],\n  "nothing" : { },\n  "list" : [ "a", "b" ],\n' +
				'  "in" : {\n    "deep" : null\n  }\n}',
		);
	});

	it("reads back as what it was", () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				assert.deepEqual(JSON.parse(jsonText(value as Json)), JSON.parse(JSON.stringify(value)));
			}),
		);
	});
});
