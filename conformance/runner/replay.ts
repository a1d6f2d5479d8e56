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

/** The command line that runs one scenario as this one did, with the same seed. */
export function replayCommand(args: readonly string[], seed: number): (scenarioId: string) => string {
	const kept: string[] = [];
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] ?? "";
		if (dropped.has(arg)) i++;
		else if (![...dropped].some((name) => arg.startsWith(`${name}=`))) kept.push(arg);
	}
	return (scenarioId) =>
		["npm run conformance --", ...kept, "--seed", String(seed), "--only", scenarioId].map(quoted).join(" ");
}

function quoted(word: string): string {
	return /^[\w@%+=:,./ -]+$/.test(word) && !word.includes(" ") ? word : word.startsWith("npm ") ? word : `'${word}'`;
}
