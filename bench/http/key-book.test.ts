import assert from "node:assert/strict";
import { Breaches } from "../load/breaches.js";
import { HttpValues } from "./http-values.js";
import { KeyBook } from "./key-book.js";

describe("what is known of a key behind a gateway", () => {
	it("leaves in doubt what was refused: it may have been done, but once", () => {
		const breaches = new Breaches();
		const book = new KeyBook(1, new HttpValues(100, 1), breaches);
		const rules = () => breaches.list().map(({ rule }) => rule);
		book.beginWrite(0);
		book.wrote(0, { status: 500, body: "", tag: undefined });
		book.audit(0, 0, "a gateway");
		book.audit(0, 1, "a gateway");
		assert.deepEqual([book.acknowledged(0), rules()], [0, ["error"]]);
		book.audit(0, 2, "a gateway");
		assert.deepEqual(rules(), ["error", "data"]);
	});
});
