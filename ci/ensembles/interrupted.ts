import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LateError, waitFor } from "./bounded-wait.js";
import { leftoversOf } from "./leftovers.js";

export interface Interruption {
	/** One of `drivers`. */
	readonly driver: string;
	/** `crash` is an error that nobody catches. */
	readonly by: NodeJS.Signals | "crash";
	/** After the program has begun, or, if it is to be that far, after it has hurt the ensemble for the first time. */
	readonly afterMs: number;
	readonly hurt: boolean;
}

const goneMs = 20_000;
const hurtMs = 60_000;

/** Runs a program that hurts an ensemble, ends it, and gives what it left behind: processes, files, namespaces. */
export async function interrupt({ driver, by, afterMs, hurt }: Interruption): Promise<readonly string[]> {
	const folder = mkdtempSync(path.join(tmpdir(), "zkspec-interrupted-"));
	const before = new Set(namespaces());
	const left = (): string[] => [...leftoversOf(folder), ...namespaces().filter((name) => !before.has(name))];
	const main = fileURLToPath(new URL("main.js", import.meta.url));
	const program = spawn(process.execPath, [main, "hurt", driver, ...(by === "crash" ? [`${afterMs}`] : [])], {
		env: { ...process.env, TMPDIR: folder },
		stdio: ["ignore", "pipe", "ignore"],
	});
	const ended = once(program, "exit");
	try {
		if (hurt) await Promise.race([once(program.stdout, "data"), ended, sleep(hurtMs, undefined, { ref: false })]);
		if (by !== "crash") await sleep(afterMs);
		if (hurt && left().length === 0) return [`${driver} was not at work yet`];
		if (by !== "crash" && !program.kill(by)) return [`${driver} ended by itself with ${program.exitCode}`];
		await ended;
		await waitFor("nothing is left", goneMs, () => (left().length === 0 ? true : undefined));
		return [];
	} catch (error) {
		if (!(error instanceof LateError)) throw error;
		return left();
	} finally {
		program.kill("SIGKILL");
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Those of this project, where there are any. */
function namespaces(): string[] {
	const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
	return (stdout ?? "").split("\n").flatMap((line) => line.match(/^zkspec-\S+/)?.[0] ?? []);
}

const ways = ["SIGKILL", "SIGTERM", "SIGINT", "crash"] as const;
/** From before there is any server to after it has been hurt and healed. */
const momentMsMax = 8000;

/** The same again and again, at moments that a seed draws; gives what was left, one line each. */
export async function interruptAtRandom(
	driver: string,
	runs: number,
	random: () => number,
	say: (line: string) => void,
): Promise<string[]> {
	const problems: string[] = [];
	for (let run = 0; run < runs; run++) {
		const by = ways[run % ways.length] ?? "SIGKILL";
		const afterMs = Math.floor(random() * momentMsMax);
		const left = await interrupt({ driver, by, afterMs, hurt: false });
		const how = `${driver} ended by ${by} after ${afterMs} ms`;
		say(`${left.length === 0 ? "ok  " : "LEFT"} ${how}`);
		problems.push(...left.map((each) => `${how} left ${each}`));
	}
	return problems;
}
