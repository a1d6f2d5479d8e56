import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What a program left behind that ran with this folder for its temporary files: files, and processes (where there is /proc). */
export function leftoversOf(temporaryFolder: string): string[] {
	const mark = `TMPDIR=${temporaryFolder}`;
	return [...readdirSync(temporaryFolder), ...processes(mark).map((pid) => `process ${pid}`)];
}

function processes(mark: string): string[] {
	if (!existsSync("/proc/self/environ")) return [];
	return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && environmentOf(name).split("\0").includes(mark));
}

/** Empty for one that has just ended, is ending, or is somebody else's. */
function environmentOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/environ`, "utf8");
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(code)) return "";
		throw error;
	}
}
