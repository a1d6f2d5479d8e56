import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

/** A compiler that writes one output, or fails where a source says so. */
const compiler = `const fs = require("node:fs");
if (fs.existsSync("spec/broken.ts")) { console.log("spec/broken.ts(1,1): error"); process.exit(1); }
fs.mkdirSync("dist/spec", { recursive: true });
for (const name of fs.readdirSync("spec")) fs.writeFileSync("dist/spec/" + name.replace(/ts$/, "js"), "");
`;

/** An npm that "installs" that compiler. */
const npm = `#!/bin/sh
[ "$1" = ci ] || exit 1
[ -f refuse ] && { echo "no registry"; exit 1; }
mkdir -p node_modules/typescript/bin && cp compiler.cjs node_modules/typescript/bin/tsc && touch node_modules/.package-lock.json
`;

describe("ready", () => {
	let root = "";

	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	};
	const ready = () => {
		const path = `${join(root, "bin")}${delimiter}${process.env.PATH}`;
		const result = spawnSync(process.execPath, [resolve("ci/ready.mjs")], {
			cwd: root,
			encoding: "utf8",
			env: { ...process.env, PATH: path },
		});
		return { code: result.status, said: result.stderr.trimEnd().split("\n").at(-1), lines: result.stderr };
	};
	const age = (path: string, seconds: number) => {
		const at = Date.now() / 1000 + seconds;
		utimesSync(join(root, path), at, at);
	};

	beforeEach(() => {
		root = mkdtempSync(join(tmpdir(), "zkspec-ready-"));
		write("package.json", '{"engines":{"node":">=20.19"}}');
		write("package-lock.json", "{}");
		write("tsconfig.json", "{}");
		write("spec/a.ts", "");
		write("compiler.cjs", compiler);
		write("bin/npm", npm);
		chmodSync(join(root, "bin/npm"), 0o755);
	});

	afterEach(() => rmSync(root, { recursive: true }));

	it("installs and builds a fresh clone, saying so, and is silent afterwards", () => {
		const first = ready();
		assert.deepEqual(first.lines.trimEnd().split("\n"), [
			"zkspec: node_modules is missing: installing (npm ci)",
			"zkspec: dist is missing: building (tsc -b)",
		]);
		assert.equal(first.code, 0);
		assert.deepEqual(ready(), { code: 0, said: "", lines: "" });
	});

	it("installs again when the lock file is newer", () => {
		ready();
		age("package-lock.json", 5);
		assert.match(ready().lines, /node_modules is older than package-lock.json: installing/);
	});

	it("builds again when a source is newer", () => {
		ready();
		age("spec/a.ts", 5);
		assert.equal(ready().said, "zkspec: the sources have changed: building (tsc -b)");
	});

	it("removes the output of a deleted source", () => {
		write("spec/b.ts", "");
		ready();
		assert.ok(existsSync(join(root, "dist/spec/b.js")));
		rmSync(join(root, "spec/b.ts"));
		assert.equal(ready().said, "zkspec: the sources have changed: building (tsc -b)");
		assert.ok(!existsSync(join(root, "dist/spec/b.js")));
	});

	it("fails with the compiler's messages and one clear line, and tries again", () => {
		write("spec/broken.ts", "");
		const broken = ready();
		assert.match(broken.lines, /spec\/broken\.ts\(1,1\): error/);
		assert.deepEqual([broken.code, /^zkspec: the build failed/.test(broken.said ?? "")], [2, true]);
		assert.equal(ready().code, 2);
	});

	it("fails with one clear line when nothing can be installed", () => {
		write("refuse", "");
		const refused = ready();
		assert.deepEqual([refused.code, /^zkspec: npm ci failed/.test(refused.said ?? "")], [2, true]);
	});

	it("names the Node version that is needed", () => {
		write("package.json", '{"engines":{"node":">=99.1"}}');
		assert.equal(ready().said, `zkspec: Node 99.1 or newer is needed, this is ${process.versions.node}`);
	});
});
