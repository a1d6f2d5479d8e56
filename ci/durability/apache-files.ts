import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionClient } from "../../conformance/client/session-client.js";
import { startBundled } from "../../conformance/drivers/bundled.js";
import { startApache } from "../peers/apache.js";
import { write, writeMany } from "./content.js";
import { addressOf, openSession } from "./sessions.js";
import { differences, dumpTree, type TreeDump } from "./tree-dump.js";

/** One directory, written and read by two servers in turn. */
export interface FilesReport {
	readonly nodes: number;
	/** One line each; empty when every server found what the one before it had left. */
	readonly problems: readonly string[];
}

/** While it reads the files nothing else is happening that it could complain about. */
const complaint = / (?:WARN|ERROR|FATAL) /;
/** About the configuration, and about four-letter words that come too early. */
const harmless = /no quorum defined in config|maxCnxns is not configured|NIOServerCnxn|closing a command socket/;
const mismatch = /digest.*(?:not match|mismatch)/i;

type Settings = Readonly<Record<string, string>>;

/** How a server is ended: in order, or in the middle of things. */
type Ending = "SIGTERM" | "SIGKILL";

interface Running {
	readonly address: string;
	stop(signal: Ending): Promise<void>;
	/** What it said against the files. */
	complaints(): readonly string[];
}

/** Longer than all turns together: a session's nodes are there until the end. */
const sessionTimeoutMs = 1_800_000;

/** Snapshots come often, so that both log and snapshot are read back; large ones less often. */
function settingsFor(nodes: number): Settings {
	const snapCount = Math.max(40, Math.floor(nodes / 3));
	return { snapCount: `${snapCount}`, preAllocSize: "64", tickTime: "500", maxSessionTimeout: `${sessionTimeoutMs}` };
}

export interface FilesOptions {
	/** Written by the first server beside one of everything. */
	readonly nodes: number;
	readonly onStep: (line: string) => void;
}

/** Apache writes, the bundled server reads and writes on, Apache reads that, and so on, with the sessions kept open. */
export async function exchangeFiles(version: string, { nodes, onStep }: FilesOptions): Promise<FilesReport> {
	const folder = mkdtempSync(join(tmpdir(), "zkspec-files-"));
	const settings = settingsFor(nodes);
	const sessions: SessionClient[] = [];
	const problems: string[] = [];
	let before: TreeDump = new Map();
	try {
		for (const [turn, ending] of (
			["SIGTERM", "SIGKILL", "SIGKILL", "SIGTERM", "SIGTERM", "SIGKILL"] as const
		).entries()) {
			const name = turn % 2 === 0 ? `Apache ${version}` : "the bundled server";
			const server = await (turn % 2 === 0 ? apache(version, folder, settings) : bundled(folder, settings));
			const session = openSession(addressOf(server.address), sessionTimeoutMs);
			sessions.push(session);
			const found = await dumpTree(session);
			if (turn > 0) problems.push(...differences(before, found).map((line) => `${name}: ${line}`));
			const codes = await write(session, `/turn-${turn}`);
			if (turn === 0) await writeMany(session, nodes);
			// Only the first server writes the many.
			before = turn === 0 ? await dumpTree(session) : new Map([...found, ...(await dumpTree(session, "/many"))]);
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

async function apache(version: string, folder: string, settings: Settings): Promise<Running> {
	const log = join(folder, "zookeeper.log");
	const begin = existsSync(log) ? statSync(log).size : 0;
	const server = await startApache(version, { folder, settings });
	const reading = readFileSync(log).subarray(begin).toString().split("\n");
	const complaints = () => [
		...reading.filter((line) => complaint.test(line) && !harmless.test(line)),
		...readFileSync(log)
			.subarray(begin)
			.toString()
			.split("\n")
			.filter((line) => mismatch.test(line)),
	];
	return { address: server.address, stop: (signal) => server.stop(signal), complaints };
}

async function bundled(folder: string, settings: Settings): Promise<Running> {
	const server = await startBundled({ dataDir: join(folder, "data"), settings });
	return { address: server.address, stop: (signal) => server.stop(signal), complaints: () => server.log };
}
