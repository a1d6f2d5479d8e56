import assert from "node:assert/strict";
import { sourceFile } from "./source-file.js";
import { describeProblem, rules, tidy } from "./tidy.js";

interface Case {
	readonly rule: string;
	readonly path?: string;
	readonly bad: string;
	readonly good: string;
}

const marker = "TO" + "DO";

const cases: readonly Case[] = [
	{ rule: "file-length", bad: "let a = 1;\n".repeat(401), good: "let a = 1;\n".repeat(400) },
	{ rule: "leftover-marker", bad: `// ${marker} later\n`, good: "// later\n" },
	{
		rule: "import-direction",
		path: "conformance/client/codec.ts",
		bad: 'import { Reader } from "../../reference/lib/reader.js";\n',
		good: 'import { load } from "../../spec/load/yaml-file.js";\n',
	},
	{
		rule: "import-direction",
		path: "conformance/client/codec.test.ts",
		bad: 'import { Reader } from "../../reference/lib/reader.js";\n',
		good: 'import { step } from "../scenario/step.js";\n',
	},
	{
		rule: "import-direction",
		path: "reference/tree/data-tree.ts",
		bad: 'import { Server } from "../server/server.js";\n',
		good: 'import { zxid } from "../model/ids.js";\n',
	},
	{
		rule: "import-direction",
		path: "reference/lib/reader.ts",
		bad: 'const model = import("../model/ids.js");\n',
		good: 'import { decodeUtf8 } from "./utf8.js";\n// from "../model/ids.js"\n',
	},
	{
		rule: "pure-import",
		path: "reference/log/file.ts",
		bad: 'import { open } from "node:fs";\n',
		good: 'import { assert } from "../lib/assert.js";\n',
	},
	{ rule: "pure-code", path: "reference/server/a.ts", bad: "const now = Date.now();\n", good: "// Date.now()\n" },
	{ rule: "pure-code", path: "reference/server/a.ts", bad: "const p = Math.random();\n", good: "const p = draw();\n" },
	{ rule: "pure-code", path: "reference/host/a.ts", bad: "async function f() {}\n", good: 'const a = "async";\n' },
	{ rule: "pure-code", path: "reference/host/a.ts", bad: "setTimeout(f, 1);\n", good: "const deadlineMs = 1;\n" },
	{
		rule: "sleep-in-test",
		path: "spec/load/a.test.ts",
		bad: "await new Promise((resolve) => setTimeout(resolve, 500));\n",
		good: "await once(server, 'listening');\n",
	},
	{
		rule: "sleep-in-test",
		path: "spec/load/a.test.ts",
		bad: 'import { setTimeout as wait } from "node:timers/promises";\n',
		good: 'import { once } from "node:events";\n',
	},
	{ rule: "swallowed-error", bad: "try { f(); } catch {}\n", good: "try { f(); } catch (error) { g(error); }\n" },
	{ rule: "swallowed-error", bad: "f().catch(() => {});\n", good: "f().catch((error) => { g(error); });\n" },
];

function rulesBroken(path: string, text: string): string[] {
	return tidy([sourceFile(path, text)]).map((problem) => problem.rule);
}

describe("tidy", () => {
	for (const { rule, path = "spec/load/a.ts", bad, good } of cases) {
		const shown = JSON.stringify(bad.slice(0, 60));
		it(`${rule} refuses ${shown} in ${path}`, () => assert.deepEqual(rulesBroken(path, bad), [rule]));
		it(`${rule} has an alternative to ${shown}`, () => assert.deepEqual(rulesBroken(path, good), []));
	}

	it("shows every rule failing", () => {
		assert.deepEqual(
			[...new Set(cases.map(({ rule }) => rule))],
			rules.map((rule) => rule.name),
		);
	});

	it("says file, line and what to do instead", () => {
		const [problem] = tidy([sourceFile("reference/tree/a.ts", "\nMath.random();\n")]);
		assert.match(
			problem === undefined ? "" : describeProblem(problem),
			/^reference\/tree\/a\.ts:2: .*injected generator/,
		);
	});
});
