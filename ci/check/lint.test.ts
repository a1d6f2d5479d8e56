import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** For each rule that the house adds to Biome's own set: a file that it refuses. */
const refused: Readonly<Record<string, string>> = {
	noExcessiveLinesPerFunction: `export function f() {\n${"\tf();\n".repeat(71)}}\n`,
	noUndeclaredDependencies: 'import "left-pad";\n',
	noFloatingPromises: "async function f() {}\nf();\n",
	noMisusedPromises: 'async function f() {\n\treturn true;\n}\nif (f()) throw new Error("x");\n',
	useAwaitThenable: "await 1;\n",
	useExhaustiveSwitchCases: 'export function f(x: "a" | "b") {\n\tswitch (x) {\n\t\tcase "a":\n\t\t\tbreak;\n\t}\n}\n',
	noBarrelFile: 'export { f } from "./no-default-export.js";\n',
	noReExportAll: 'export * from "./no-default-export.js";\n',
	noDefaultExport: "export default 1;\n",
	noEnum: "export enum E {\n\tA = 1,\n}\n",
	noExcessiveLinesPerFile: "f();\n".repeat(401),
	noNonNullAssertion: "export const f = (x?: string) => x!.length;\n",
	noParameterAssign: "export function f(x: number) {\n\tx = 1;\n\treturn x;\n}\n",
	noParameterProperties: "export class C {\n\tconstructor(readonly x: number) {}\n}\n",
	useFilenamingConvention: 'import { y } from "./noImportCycles.js";\nexport const x = y;\n',
	useImportType: 'import { T } from "./no-enum.js";\nexport const x: T = 1;\n',
	useNodejsImportProtocol: 'import "fs";\n',
	useThrowOnlyError: 'throw "text";\n',
	noConsole: "console.log(1);\n",
	noFocusedTests: 'describe.only("x", () => {});\n',
	noImportCycles: 'import { x } from "./useFilenamingConvention.js";\nexport const y = x;\n',
	noSkippedTests: 'it.skip("x", () => {});\n',
	useErrorMessage: "throw new Error();\n",
};

/** The names of the rules that refused each file. */
function lintReport(folder: string): Map<string, Set<string>> {
	const biome = resolve("node_modules", "@biomejs", "biome", "bin", "biome");
	const args = [biome, "lint", "--vcs-enabled=false", "--reporter=github", "--max-diagnostics=none", "."];
	const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
	const report = new Map<string, Set<string>>();
	for (const [, rule = "", file = ""] of stdout.matchAll(/title=lint\/\w+\/(\w+),file=(?:[^,]*\/)?([^,/]+),/g)) {
		report.set(file, (report.get(file) ?? new Set()).add(rule));
	}
	return report;
}

describe("lint", () => {
	let folder = "";
	let report = new Map<string, Set<string>>();

	before(() => {
		folder = mkdtempSync(join(tmpdir(), "zkspec-lint-"));
		copyFileSync(".biome.json", join(folder, ".biome.json"));
		copyFileSync("package.json", join(folder, "package.json"));
		for (const [rule, text] of Object.entries(refused)) writeFileSync(join(folder, `${rule}.ts`), text);
		report = lintReport(folder);
	});

	after(() => rmSync(folder, { recursive: true }));

	for (const rule of Object.keys(refused)) {
		it(`refuses what ${rule} names`, () => assert.ok(report.get(`${rule}.ts`)?.has(rule)));
	}
});
