import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Mutant } from "./mutant.js";
import { withPlanted } from "./planted.js";

/** What the simulator said about a mutant. */
export interface Finding {
	/** The first seed that broke a promise; undefined: none did within the bound. */
	readonly seed: number | undefined;
	readonly promise: string;
	readonly seconds: number;
}

export interface Bounds {
	readonly seeds: number;
	readonly seconds: number;
}

/** Runs the simulator from a seed on, on a copy of the compiled reference with the fault in it. */
export function hunt(mutant: Mutant | undefined, from: number, { seeds, seconds }: Bounds): Promise<Finding> {
	return withPlanted(mutant, ["reference"], async (folder) => {
		const main = join(folder, "dist", "reference", "sim-cli", "main.js");
		const args = [main, String(from), "--seeds", String(seeds), "--for", `${seconds}s`, "--no-save", "--no-shrink"];
		args.push(...(mutant?.options ?? []));
		const startMs = performance.now();
		const output = await outputOf(args, (seconds + 30) * 1000);
		return { ...findingIn(output), seconds: (performance.now() - startMs) / 1000 };
	});
}

function outputOf(args: readonly string[], withinMs: number): Promise<string> {
	return new Promise((done) => {
		const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], timeout: withinMs });
		let output = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
		child.once("close", () => done(output));
	});
}

function findingIn(output: string): Pick<Finding, "seed" | "promise"> {
	const seed = /^seed (\d+)/m.exec(output)?.[1];
	const promise = /^ {2}promise: (.*)$/m.exec(output)?.[1];
	if (seed !== undefined && promise !== undefined) return { seed: Number(seed), promise };
	return { seed: undefined, promise: /^from seed .*$/m.exec(output)?.[0] ?? output.trim().slice(-200) };
}
