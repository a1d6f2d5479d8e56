import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** State of a thread in /proc: stopped, or over. */
const still = new Set(["T", "t", "Z", "X"]);

/** No thread of it runs; also when there is no such process any more. `proc`: where the system tells of processes. */
export function standsStill(pid: number, proc = "/proc"): boolean {
	const folder = join(proc, `${pid}`, "task");
	try {
		return readdirSync(folder).every((thread) =>
			still.has(stateOf(readFileSync(join(folder, thread, "stat"), "latin1"))),
		);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		return !existsSync(folder);
	}
}

/** Behind the name, which may have brackets and blanks in it. */
function stateOf(stat: string): string {
	return stat.charAt(stat.lastIndexOf(")") + 2);
}
