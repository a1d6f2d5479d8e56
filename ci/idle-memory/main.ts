import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A calm server gives back what sessions that came at once have left; more than 8,000 bytes of each if it does not. */
const bytesMax = 5000;
const limitMs = 120_000;

interface Report {
	readonly cells: readonly { readonly rounds: readonly { readonly figures: { readonly bytesPerSession: number } }[] }[];
}

const bench = fileURLToPath(new URL("../../bench/run/main.js", import.meta.url));

function main(folder: string): number {
	const file = path.join(folder, "report.json");
	const args = [
		bench,
		"idle-sessions",
		"--servers",
		"1",
		"--sessions",
		"5000",
		"--rounds",
		"1",
		"--quiet",
		"--json",
		file,
	];
	const { status } = spawnSync(process.execPath, args, { stdio: "inherit", timeout: limitMs });
	if (status !== 0) return status ?? 1;
	const { cells } = JSON.parse(readFileSync(file, "utf8")) as Report;
	const bytes = cells[0]?.rounds[0]?.figures.bytesPerSession ?? Number.NaN;
	const holds = bytes <= bytesMax;
	console.log(`${holds ? "ok" : "FAIL"}  ${Math.round(bytes)} bytes for each idle session, at most ${bytesMax}`);
	return holds ? 0 : 1;
}

const folder = mkdtempSync(path.join(tmpdir(), "zkspec-idle-memory-"));
try {
	process.exitCode = main(folder);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
