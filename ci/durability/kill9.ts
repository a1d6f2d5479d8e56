import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../conformance/client/random.js";
import type { SessionClient } from "../../conformance/client/session-client.js";
import { SessionError } from "../../conformance/client/session-error.js";
import type { Fields } from "../../conformance/client/value.js";
import { startBundled } from "../../conformance/drivers/bundled.js";
import { addressOf, mustCall, openSession } from "./sessions.js";

export interface KillReport {
	readonly rounds: number;
	readonly sent: number;
	readonly acknowledged: number;
	readonly found: number;
	/** Empty when every acknowledged write was there, in order. */
	readonly problems: readonly string[];
}

/** One client's writes of one round: even ones create the next node, odd ones set the data of the first. */
interface Writer {
	readonly root: string;
	readonly session: SessionClient;
	sent: number;
	acknowledged: number;
	stopped: boolean;
}

const clients = 3;
const outstandingMax = 100;
const acknowledgedMax = 1000;
/** Small, so that kills also hit the changes of files and the writing of snapshots. */
const settings = {
	snapCount: "150",
	preAllocSize: "16",
	"autopurge.purgeInterval": "1",
	globalOutstandingLimit: "1000",
};

/** Starts the server on the same files again and again, and kills it while clients write. */
export async function killRounds(rounds: number, seed: number, onRound: (line: string) => void): Promise<KillReport> {
	const dataDir = mkdtempSync(join(tmpdir(), "zkspec-kill9-"));
	const random = seededRandom(seed);
	const totals = { rounds, sent: 0, acknowledged: 0, found: 0, problems: [] as string[] };
	try {
		for (let round = 1; round <= rounds; round++) {
			const writers = await writeUntilKilled(dataDir, round, {
				acknowledged: random() * acknowledgedMax,
				laterMs: random() * 10,
			});
			const found = await check(dataDir, writers, totals.problems);
			const [sent, acknowledged] = [sum(writers, "sent"), sum(writers, "acknowledged")];
			totals.sent += sent;
			totals.acknowledged += acknowledged;
			totals.found += found;
			onRound(`round ${round}: ${sent} sent, ${acknowledged} acknowledged, ${found} found`);
		}
		return totals;
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}

/** When to kill: once so many writes of all clients are acknowledged, and a little later. */
interface Moment {
	readonly acknowledged: number;
	readonly laterMs: number;
}

async function writeUntilKilled(dataDir: string, round: number, moment: Moment): Promise<Writer[]> {
	const server = await startBundled({ dataDir, settings });
	const writers: Writer[] = [];
	for (let client = 0; client < clients; client++) {
		const session = openSession(addressOf(server.address));
		const root = `/round-${round}-${client}`;
		await mustCall(session, "create", { path: root, data: "-1" });
		writers.push({ root, session, sent: 0, acknowledged: 0, stopped: false });
	}
	const writing = writers.map(keepWriting);
	while (sum(writers, "acknowledged") < moment.acknowledged) await setImmediate();
	await sleep(moment.laterMs);
	await server.stop("SIGKILL");
	await Promise.all(writing);
	await Promise.all(writers.map(({ session }) => session.close()));
	return writers;
}

/** Keeps many requests on their way until the connection breaks; resolves when the last one is decided. */
async function keepWriting(writer: Writer): Promise<void> {
	const pending = new Set<Promise<void>>();
	while (!writer.stopped) {
		const call = sendNext(writer).finally(() => pending.delete(call));
		pending.add(call);
		if (pending.size >= outstandingMax) await Promise.race(pending);
	}
	await Promise.all(pending);
}

async function sendNext(writer: Writer): Promise<void> {
	const { root, session } = writer;
	const index = writer.sent++;
	try {
		if (index % 2 === 0) await mustCall(session, "create", { path: nodeOf(root, index), data: `${index}` });
		else await mustCall(session, "setData", { path: root, data: `${index}`, version: -1 });
		// Replies come in the order of the requests, so this one acknowledges all before it too.
		writer.acknowledged = index + 1;
	} catch (error) {
		if (!(error instanceof SessionError)) throw error;
		writer.stopped = true;
	}
}

const nodeOf = (root: string, index: number): string => `${root}/${String(index).padStart(6, "0")}`;

/** Returns how many writes are there. */
async function check(dataDir: string, writers: readonly Writer[], problems: string[]): Promise<number> {
	const server = await startBundled({ dataDir, settings });
	const session = openSession(addressOf(server.address));
	let found = 0;
	for (const writer of writers) {
		const applied = await checkWriter(session, writer, problems);
		found += applied;
		if (applied < writer.acknowledged)
			problems.push(`${writer.root}: ${writer.acknowledged} acknowledged, ${applied} there`);
	}
	problems.push(...server.log);
	await session.close();
	await server.stop();
	return found;
}

/** How many writes are there, which must be the first ones: then what they left is known exactly. */
async function checkWriter(session: SessionClient, { root }: Writer, problems: string[]): Promise<number> {
	const [data, list] = [
		await mustCall(session, "getData", { path: root }),
		await mustCall(session, "getChildren", root),
	];
	const names = (list.value.children as readonly string[]).toSorted();
	const lastSet = Number(Buffer.from(data.value.data as Uint8Array).toString());
	const lastCreated = 2 * (names.length - 1);
	const applied = Math.max(lastSet, lastCreated) + 1;
	const complete = Math.abs(lastSet - lastCreated) <= 1 || applied <= 1;
	if (!complete) problems.push(`${root}: last created ${lastCreated}, last set ${lastSet}`);
	const version = (data.value.stat as Fields).version as number;
	if (version !== Math.floor(applied / 2)) problems.push(`${root}: version ${version} after ${applied} writes`);
	await checkNodes(session, root, names, problems);
	return applied;
}

async function checkNodes(
	session: SessionClient,
	root: string,
	names: readonly string[],
	problems: string[],
): Promise<void> {
	const nodes = await Promise.all(names.map((name) => mustCall(session, "getData", { path: `${root}/${name}` })));
	let czxid = 0n;
	for (const [at, { value }] of nodes.entries()) {
		const found = [
			names[at],
			Buffer.from(value.data as Uint8Array).toString(),
			(value.stat as Fields).czxid as bigint,
		] as const;
		const wrong = nodeOf("", 2 * at) !== `/${found[0]}` || found[1] !== `${2 * at}` || BigInt(found[2]) <= czxid;
		if (wrong) problems.push(`${root}: node ${at} is ${found.join(" ")} after czxid ${czxid}`);
		czxid = BigInt(found[2]);
	}
}

function sum(writers: readonly Writer[], what: "sent" | "acknowledged"): number {
	return writers.reduce((total, writer) => total + writer[what], 0);
}
