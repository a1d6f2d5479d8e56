import { createHash } from "node:crypto";
import { arch, cpus, platform, release, totalmem } from "node:os";
import type { Environment } from "../report/report.js";

/** What this process runs on; `machine` changes with everything that changes figures, and with nothing else. */
export function environment(): Environment {
	const cpu = cpus()[0]?.model.trim() || "unknown";
	const facts = [process.version, platform(), arch(), cpu, cpus().length, Math.round(totalmem() / 2 ** 30)];
	return {
		node: process.version,
		platform: `${platform()} ${arch()} ${release()}`,
		cpu,
		cores: cpus().length,
		memoryBytes: totalmem(),
		machine: createHash("sha256").update(facts.join("|")).digest("hex").slice(0, 16),
	};
}

/** How many cores had nothing to do, over the time since it was asked for. */
export function idleMeter(): () => number {
	const before = idleMs();
	const startMs = performance.now();
	return () => (idleMs() - before) / Math.max(1, performance.now() - startMs);
}

function idleMs(): number {
	return cpus().reduce((sum, { times }) => sum + times.idle, 0);
}
