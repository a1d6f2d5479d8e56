import { spawn } from "node:child_process";
import { FaultError } from "./ensemble-driver.js";

const shownBytesMax = 4000;

/**
 * Runs a command in a shell.
 * @throws FaultError with what it said when it fails or takes too long; all that it started is killed then
 */
export function runShell(command: string, timeoutMs: number): Promise<void> {
	return new Promise((resolve, reject) => {
		// A process group of its own, so that its children can be killed with it.
		const child = spawn("sh", ["-c", command], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
		let said = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				said = (said + text).slice(-shownBytesMax);
			});
		}
		let isLate = false;
		const timer = setTimeout(() => {
			isLate = true;
			killGroup(child.pid);
		}, timeoutMs);
		child.once("error", (error) => reject(new FaultError(`no shell: ${error.message}`)));
		child.once("close", (code, signal) => {
			clearTimeout(timer);
			if (code === 0 && !isLate) return resolve();
			const how = isLate ? `took longer than ${timeoutMs} ms` : `ended with ${code ?? signal}`;
			reject(new FaultError([`${how}: ${command.trimEnd()}`, said.trimEnd()].filter(Boolean).join("\n")));
		});
	});
}

function killGroup(pid: number | undefined): void {
	if (pid !== undefined) process.kill(-pid, "SIGKILL");
}
