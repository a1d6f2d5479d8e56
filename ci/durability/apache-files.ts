import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionClient } from "../../conformance/client/session-client.js";
import { startBundled } from "../../conformance/drivers/bundled.js";
import { startApache } from "../peers/apache.js";
import { write } from "./content.js";
import { addressOf, openSession } from "./sessions.js";
import { differences, dumpTree, type TreeDump } from "./tree-dump.js";

/** One directory, written and read by two servers in turn. */
export interface FilesReport {
	readonly nodes: number;
	/** One line each; empty when every server found what the one before it had left. */
	readonly problems: readonly string[];
}

/** How a server is ended: in order, or in the middle of things. */
type Ending = "SIGTERM" | "SIGKILL";

interface Running {
	readonly address: string;
	stop(signal: Ending): Promise<void>;
	/** What it said against the files. */
	complaints(): readonly string[];
}

/** Snapshots come often, so that both log and snapshot are read back. */
const settings = { snapCount: "40", preAllocSize: "64", tickTime: "500", maxSessionTimeout: "60000" };
const sessionTimeoutMs = 30_000;

/** Apache writes, the bundled server reads and writes on, Apache reads that, and so on, with the sessions kept open. */
export async function exchangeFiles(version: string, onStep: (line: string) => void): Promise<FilesReport> {
	const folder = mkdtempSync(join(tmpdir(), "zkspec-files-"));
	const sessions: SessionClient[] = [];
	const problems: string[] = [];
	let before: TreeDump = new Map();
	try {
		for (const [turn, ending] of (
			["SIGTERM", "SIGKILL", "SIGKILL", "SIGTERM", "SIGTERM", "SIGKILL"] as const
		).entries()) {
			const name = turn % 2 === 0 ? `Apache ${version}` : "the bundled server";
			const server = await (turn % 2 === 0 ? apache(version, folder) : bundled(folder));
			const session = openSession(addressOf(server.address), sessionTimeoutMs);
			sessions.push(session);
			const found = await dumpTree(session);
			if (turn > 0) problems.push(...differences(before, found).map((line) => `${name}: ${line}`));
			const codes = await write(session, `/turn-${turn}`);
			before = await dumpTree(session);
			onStep(`${name} found ${found.size} nodes, left ${before.size} (${codes.length} requests), ended by ${ending}`);
			session.disconnect();
			await server.stop(ending);
			problems.push(...server.complaints().map((line) => `${name}: ${line}`));
		}
		return { nodes: before.size, problems };
	} finally {
		await Promise.all(sessions.map((session) => session.close()));
		rmSync(folder, { recursive: true, force: true });
	}
}

async function apache(version: string, folder: string): Promise<Running> {
	const server = await startApache(version, { folder, settings });
	const log = join(folder, "zookeeper.log");
	const complaints = () =>
		readFileSync(log, "utf8")
			.split("\n")
			.filter((line) => /digest.*(not match|mismatch)/i.test(line));
	return { address: server.address, stop: (signal) => server.stop(signal), complaints };
}

async function bundled(folder: string): Promise<Running> {
	const server = await startBundled({ dataDir: join(folder, "data"), settings });
	return { address: server.address, stop: (signal) => server.stop(signal), complaints: () => server.log };
}
