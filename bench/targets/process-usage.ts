import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What a process used so far, its threads and children with it. */
export interface ProcessUsage {
	readonly cpuMicros: number;
	/** Resident. */
	readonly memoryBytes: number;
}

/** Of Linux's `/proc/PID/stat`, on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Undefined where there is no such process, or no `/proc`. */
export function maybeProcessUsage(pid: number): ProcessUsage | undefined {
	const stat = maybeRead(`/proc/${pid}/stat`);
	if (stat === undefined) return undefined;
	// The name may hold anything, brackets too.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
	const ticks = (user ?? 0) + (system ?? 0) + (endedUser ?? 0) + (endedSystem ?? 0);
	const own = { cpuMicros: (ticks * 1e6) / ticksPerSecond, memoryBytes: residentBytes(pid) };
	return childrenOf(pid).reduce((sum, child) => plus(sum, maybeProcessUsage(child)), own);
}

function plus(one: ProcessUsage, other: ProcessUsage | undefined): ProcessUsage {
	if (other === undefined) return one;
	return { cpuMicros: one.cpuMicros + other.cpuMicros, memoryBytes: one.memoryBytes + other.memoryBytes };
}

function residentBytes(pid: number): number {
	const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(maybeRead(`/proc/${pid}/status`) ?? "")?.[1];
	return Number(kibibytes ?? 0) * 1024;
}

function childrenOf(pid: number): number[] {
	const tasks = `/proc/${pid}/task`;
	if (!existsSync(tasks)) return [];
	const texts = readdirSync(tasks).map((task) => maybeRead(`${tasks}/${task}/children`) ?? "");
	return texts.flatMap((text) =>
		text
			.split(" ")
			.filter((word) => word !== "")
			.map(Number),
	);
}

/** Undefined for what is not there, any more or at all. */
function maybeRead(file: string): string | undefined {
	try {
		return readFileSync(file, "utf8");
	} catch (error) {
		if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
		throw error;
	}
}
