import assert from "node:assert/strict";
import { sourceFile } from "./source-file.js";

const cases: readonly (readonly [text: string, code: string, bare: string])[] = [
	["a // b\nc", "a     \nc", "a     \nc"],
	['a("//") /* "x" */', 'a("//")          ', "a(    )          "],
	['x = /["/]/; y', 'x = /["/]/; y', "x =       ; y"],
	["a / b / c", "a / b / c", "a / b / c"],
	["`a\n'b`; c", "`a\n'b`; c", "  \n   ; c"],
	['"\\"//"', '"\\"//"', "      "],
	["/* open", "       ", "       "],
];

describe("source file", () => {
	for (const [text, code, bare] of cases) {
		it(`blanks ${JSON.stringify(text)}`, () => {
			const file = sourceFile("a.ts", text);
			assert.deepEqual({ code: file.code.padEnd(text.length), bare: file.bare.padEnd(text.length) }, { code, bare });
			assert.equal(file.code.length, text.length);
		});
	}
});
