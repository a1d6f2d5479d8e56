import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ExpressionError, evaluateTemplate, evaluateText, namesIn } from "./expression.js";
import { Names } from "./scope.js";

describe("expressions", () => {
	const names = new Names();
	names.local("root", "/r");
	names.local("n", 7);
	names.local("big", 1n << 60n);
	names.local("got", { reply: { stat: { version: 3 } } });

	it("keeps the type of an expression that stands alone", () => {
		assert.equal(evaluateText("$n", names), 7);
		assert.equal(evaluateText("$got.reply.stat.version", names), 3);
		assert.equal(evaluateText(`\${n * 2 - 1}`, names), 13);
		assert.equal(evaluateText(`\${-(n + 1)}`, names), -8);
	});

	it("makes a text of anything else", () => {
		assert.equal(evaluateText(`$root/a$n-\${pad(n, 10)}`, names), "/r/a7-0000000007");
		assert.equal(evaluateText("costs $$5", names), "costs $5");
	});

	it("stays exact beyond 53 bits and returns to numbers below", () => {
		assert.equal(evaluateText(`\${big + 1}`, names), (1n << 60n) + 1n);
		assert.equal(evaluateText(`\${big - big + 1}`, names), 1);
	});

	it("walks maps and lists, keys included", () => {
		assert.deepEqual(evaluateTemplate({ k$n: ["$n", null, true] }, names), { k7: [7, null, true] });
	});

	it("finds the names that a text uses", () => {
		assert.deepEqual(namesIn(`$a.x and \${pad(b + 1, c.d)} $$e`), ["a", "b", "c"]);
	});

	it("says what is wrong", () => {
		for (const text of [
			"$nobody",
			"$got.reply.nothing",
			`\${1 +}`,
			`\${f(1)}`,
			`\${root + 1}`,
			`\${(1}`,
			`\${1 / 0}`,
			`\${int("x")}`,
			`\${len(n)}`,
		]) {
			assert.throws(() => evaluateText(text, names), ExpressionError, text);
		}
	});
});
