import path from "node:path";
import { packageRoot } from "../../spec/load/package-root.js";

/** Options with a value that say what is run or reported, not how. */
const dropped = new Set([
	"--only",
	"--skip",
	"--report-json",
	"--report-junit",
	"--report-markdown",
	"--repeat",
	"--seed",
]);

const isDependency = packageRoot.split(path.sep).includes("node_modules");
const program = isDependency ? "npx zkspec" : "npm run conformance --";

/** The command line that runs one scenario as this one did, with the same seed. */
export function replayCommand(args: readonly string[], seed: number): (scenarioId: string) => string {
	const kept: string[] = [];
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] ?? "";
		if (dropped.has(arg)) i++;
		else if (![...dropped].some((name) => arg.startsWith(`${name}=`))) kept.push(arg);
	}
	return (scenarioId) => [program, ...kept, "--seed", String(seed), "--only", scenarioId].map(quoted).join(" ");
}

function quoted(word: string): string {
	return word === program || /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}
