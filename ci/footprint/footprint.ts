import { readdirSync } from "node:fs";
import type { SessionClient } from "../../conformance/client/session-client.js";
import { write } from "../durability/content.js";
import { addressOf, openSession } from "../durability/sessions.js";
import { differences, dumpTree, type TreeDump } from "../durability/tree-dump.js";
import { type Ended, type Interruption, runCli } from "./cli.js";

/** One way to use the suite, and how it has to end. */
interface Use {
	readonly name: string;
	readonly args: readonly string[];
	readonly code: number | null;
	readonly interruption?: Interruption;
	/** What the user does afterwards. */
	readonly afterwards?: readonly string[];
	/** Left out of a brief check: another use goes nearly the same way. */
	readonly alike?: true;
	/** It may write outside of its own node and put it back: versions and zxids there change. */
	readonly exclusive?: boolean;
}

const start = { after: /^seed /, lines: 1 };
const midway = { after: /^ {2}ok /, lines: 40 };
const quotas = ["--exclusive", "--only", "quotas"];

const usesOfTarget: readonly Use[] = [
	{ name: "a whole run", args: [], code: 0 },
	{ name: "quotas, which are left out", args: ["--only", "quotas"], code: 4 },
	{ alike: true, name: "SIGINT at the start", args: [], code: 130, interruption: { signal: "SIGINT", ...start } },
	{ name: "SIGINT midway", args: [], code: 130, interruption: { signal: "SIGINT", ...midway } },
	{ alike: true, name: "SIGTERM midway", args: [], code: 143, interruption: { signal: "SIGTERM", ...midway } },
	{
		alike: true,
		name: "kill -9 midway, then --clean",
		args: [],
		code: null,
		interruption: { signal: "SIGKILL", ...midway },
		afterwards: ["--clean"],
	},
	{
		alike: true,
		name: "SIGINT among quotas",
		args: [...quotas, "--repeat", "50"],
		code: 130,
		interruption: { signal: "SIGINT", ...start },
		exclusive: true,
	},
	{
		name: "kill -9 among quotas, then --clean",
		args: [...quotas, "--repeat", "50"],
		code: null,
		interruption: { signal: "SIGKILL", ...start },
		afterwards: ["--clean"],
		exclusive: true,
	},
];

const usesOfBundled: readonly Use[] = [
	{
		alike: true,
		name: "bundled server, SIGINT midway",
		args: [],
		code: 130,
		interruption: { signal: "SIGINT", ...midway },
	},
	{
		alike: true,
		name: "bundled server, SIGTERM midway",
		args: [],
		code: 143,
		interruption: { signal: "SIGTERM", ...midway },
	},
	{ name: "bundled server, kill -9 midway", args: [], code: null, interruption: { signal: "SIGKILL", ...midway } },
];

export interface Footprint {
	/** An empty folder for the temporary files of the suite; nobody else's. */
	readonly temporary: string;
	/** Of uses that are nearly alike only one. */
	readonly brief: boolean;
	readonly say: (line: string) => void;
}

/**
 * Uses the suite in many ways on a server that holds somebody else's nodes and an open session.
 * @returns one line for each thing that was changed or left
 */
export async function footprintOn(address: string, footprint: Footprint): Promise<readonly string[]> {
	const session = openSession(addressOf(address));
	try {
		await write(session, "/foreign");
		const left = (use: Use) => leftOnTarget(use, address, footprint.temporary, session);
		return await leftByAll(usesOfTarget, footprint, left);
	} finally {
		await session.close();
	}
}

/** The same of the servers that the suite starts. */
export function footprintOfBundled(footprint: Footprint): Promise<readonly string[]> {
	return leftByAll(usesOfBundled, footprint, (use) => leftByBundled(use, footprint.temporary));
}

async function leftByAll(
	uses: readonly Use[],
	{ brief, say }: Footprint,
	leftBy: (use: Use) => Promise<readonly string[]>,
): Promise<readonly string[]> {
	const problems: string[] = [];
	for (const use of uses) {
		if (brief && use.alike) continue;
		const found = await leftBy(use);
		say(`${found.length === 0 ? "ok  " : "LEFT"}  ${use.name}`);
		problems.push(...found.map((problem) => `${use.name}: ${problem}`));
	}
	return problems;
}

async function leftOnTarget(
	use: Use,
	address: string,
	temporary: string,
	session: SessionClient,
): Promise<readonly string[]> {
	const before = comparable(await dumpTree(session), use);
	const ended = await runCli(["--target", address, ...use.args], temporary, use.interruption);
	if (use.afterwards !== undefined) await runCli(["--target", address, ...use.afterwards], temporary);
	const after = comparable(await dumpTree(session), use);
	return [...wrongEnd(use, ended), ...differences(before, after), ...readdirSync(temporary)];
}

/** How long a server may need to notice that its parent is gone, and to remove its data. */
const goneWithinMs = 5000;
const lookEveryMs = 50;

/** The bundled server's data folder goes when its process ends. */
async function leftByBundled(use: Use, temporary: string): Promise<readonly string[]> {
	const ended = await runCli(use.args, temporary, use.interruption);
	for (let waitedMs = 0; waitedMs < goneWithinMs && readdirSync(temporary).length > 0; waitedMs += lookEveryMs)
		await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
	return [...wrongEnd(use, ended), ...readdirSync(temporary)];
}

function wrongEnd({ code }: Use, ended: Ended): readonly string[] {
	if (ended.code === code) return [];
	return [`ended with ${ended.code}, expected ${code}:\n${ended.output.slice(-2000)}`];
}

interface Node {
	readonly data: { readonly stat: Readonly<Record<string, unknown>> };
}

/** Nodes that every server has. */
const builtIn = ["/", "/zookeeper", "/zookeeper/quota"];

/** Children that come and go leave a trace in their parent's Stat, which nobody can avoid. */
function comparable(dump: TreeDump, { exclusive }: Use): TreeDump {
	const touched = new Map<string, readonly string[]>(
		exclusive ? builtIn.map((path) => [path, ["cversion", "pzxid", "mzxid", "mtime", "version", "aversion"]]) : [],
	);
	if (!exclusive) touched.set("/", ["cversion", "pzxid"]);
	return new Map([...dump].map(([path, node]) => [path, without(node as Node, touched.get(path) ?? [])]));
}

function without(node: Node, fields: readonly string[]): Node {
	const stat = Object.entries(node.data.stat).filter(([name]) => !fields.includes(name));
	return { ...node, data: { ...node.data, stat: Object.fromEntries(stat) } };
}
