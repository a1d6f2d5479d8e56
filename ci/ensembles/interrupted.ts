import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LateError, waitFor } from "./bounded-wait.js";
import { leftoversOf } from "./leftovers.js";
import { ownPrefix } from "./namespaces.js";

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
	const main = fileURLToPath(new URL("main.js", import.meta.url));
	const program = spawn(process.execPath, [main, "hurt", driver, ...(by === "crash" ? [`${afterMs}`] : [])], {
		env: { ...process.env, TMPDIR: folder },
		stdio: ["ignore", "pipe", "ignore"],
	});
	const left = (): string[] => [...leftoversOf(folder), ...namespacesOf(program.pid ?? 0)];
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

/** Those that a program made; what runs beside it may make others. */
function namespacesOf(pid: number): string[] {
	const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
	const names = (stdout ?? "").split("\n").map((line) => line.split(" ")[0] ?? "");
	return names.filter((name) => name.startsWith(ownPrefix(pid)));
}

const ways = ["SIGKILL", "SIGTERM", "SIGINT", "crash"] as const;
/** From before there is any server to after it has been hurt and healed. */
const momentMsMax = 8000;

/** Runs side by side: they mostly wait. */
const lanes = 3;

/** The same again and again, at moments that a seed draws; gives what was left, one line each. */
export async function interruptAtRandom(
	driver: string,
	runs: number,
	random: () => number,
	say: (line: string) => void,
): Promise<string[]> {
	const problems: string[] = [];
	const drawn = Array.from({ length: runs }, (_, run) => ({
		by: ways[run % ways.length] ?? "SIGKILL",
		afterMs: Math.floor(random() * momentMsMax),
	}));
	const work = async (): Promise<void> => {
		for (let next = drawn.shift(); next !== undefined; next = drawn.shift()) {
			const left = await interrupt({ driver, ...next, hurt: false });
			const how = `${driver} ended by ${next.by} after ${next.afterMs} ms`;
			say(`${left.length === 0 ? "ok  " : "LEFT"} ${how}`);
			problems.push(...left.map((each) => `${how} left ${each}`));
		}
	};
	await Promise.all(Array.from({ length: lanes }, work));
	return problems;
}
