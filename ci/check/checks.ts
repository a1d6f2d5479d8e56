import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFiles } from "./project-files.js";
import { describeProblem, tidy } from "./tidy.js";

/** One check of the house; `run` returns what is wrong, or undefined. */
export interface Check {
	readonly name: string;
	run(root: string): string | undefined;
}

export const checks: readonly Check[] = [
	{ name: "format and lint (Biome)", run: runBiome },
	{ name: "dead code and unused dependencies (knip)", run: runKnip },
	{ name: "house rules (tidy)", run: runTidy },
	{ name: "lock file", run: checkLock },
];

function runBiome(root: string): string | undefined {
	return runTool(root, "@biomejs/biome/bin/biome", [
		"ci",
		"--colors=off",
		"--error-on-warnings",
		"--max-diagnostics=100",
		".",
	]);
}

function runKnip(root: string): string | undefined {
	return runTool(root, "knip/bin/knip.js", ["--no-progress"]);
}

function runTool(root: string, bin: string, args: readonly string[]): string | undefined {
	const file = join(root, "node_modules", ...bin.split("/"));
	const result = spawnSync(process.execPath, [file, ...args], { cwd: root, encoding: "utf8" });
	return result.status === 0 ? undefined : `${result.stdout}${result.stderr}`;
}

function runTidy(root: string): string | undefined {
	const problems = tidy(projectFiles(root));
	return problems.length === 0 ? undefined : problems.map(describeProblem).join("\n");
}

/** The lock must fit every platform and name no registry, so that `npm ci` accepts it wherever it runs. */
function checkLock(root: string): string | undefined {
	const file = join(root, "package-lock.json");
	if (!existsSync(file)) return "package-lock.json is missing: run npm install and commit it";
	const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, LockEntry> };
	const problems = Object.entries(packages).flatMap(([where, entry]) => lockProblems(packages, where, entry));
	return problems.length === 0 ? undefined : problems.join("\n");
}

interface LockEntry {
	readonly resolved?: string;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function lockProblems(packages: Readonly<Record<string, LockEntry>>, where: string, entry: LockEntry): string[] {
	const problems = Object.keys(entry.optionalDependencies ?? {})
		.filter((name) => packages[`node_modules/${name}`] === undefined)
		.map((name) => `${name}, an optional package of ${where}, is not locked: keep the entries of all platforms`);
	if (entry.resolved?.startsWith("http")) {
		problems.push(`${where} names its registry: run npm with omit-lockfile-registry-resolved=true`);
	}
	return problems;
}
