import { mustCall, openSession } from "../durability/sessions.js";
import { differences, dumpTree, type TreeDump } from "../durability/tree-dump.js";
import type { Ensemble } from "./ensemble.js";
import type { Member } from "./member.js";
import { type Pace, Writer } from "./writer.js";

export interface WorkloadOptions {
	/** Sessions, one at home on each server in turn; one for each server when left out. */
	readonly writers?: number;
	readonly pace?: Pace;
	/** How long a session waits before it tries the servers again. */
	readonly roundDelayMs?: number;
}

/** What a check found. */
export interface Check {
	readonly problems: readonly string[];
	readonly acknowledged: number;
	readonly inDoubt: number;
	/** Digests of the tree that at least two servers had for the same zxid. */
	readonly digestsCompared: number;
}

const easyPace: Pace = { burst: 5, pauseMs: 20, outstandingMax: 40 };

/** Writers through every server of an ensemble, and the check of what they were told against what the servers hold. */
export class Workload {
	readonly writers: readonly Writer[];
	pace: Pace;
	readonly #ensemble: Ensemble;
	#stopping = false;
	#running: Promise<void>[] = [];
	#acknowledgedIn = new Map<bigint, number>();

	/** Starts the sessions; nothing is written yet. The servers must serve. */
	static async open(ensemble: Ensemble, options: WorkloadOptions = {}): Promise<Workload> {
		const workload = new Workload(ensemble, options);
		const first = workload.writers[0] as Writer;
		await mustCall(first.session, "create", { path: "/checked" });
		await Promise.all(workload.writers.map((writer) => writer.prepare()));
		return workload;
	}

	private constructor(ensemble: Ensemble, { writers, pace = easyPace, roundDelayMs = 100 }: WorkloadOptions) {
		this.#ensemble = ensemble;
		this.pace = pace;
		const servers = ensemble.addresses;
		this.writers = Array.from({ length: writers ?? servers.length }, (_, at) => {
			const onAcknowledged = (zxid: bigint, atMs: number) => this.#note(zxid, atMs);
			return new Writer({ root: `/checked/${at}`, servers, home: at % servers.length, roundDelayMs, onAcknowledged });
		});
	}

	/** Writes until `settle`. */
	run(): void {
		this.#stopping = false;
		this.#running = this.writers.map((writer) =>
			writer.write(
				() => this.pace,
				() => this.#stopping,
			),
		);
	}

	/** Ends the writing and waits until every request is answered or in doubt. */
	async settle(): Promise<void> {
		this.#stopping = true;
		await Promise.all(this.#running);
		await Promise.all(this.writers.map((writer) => writer.settle()));
	}

	/** Sends so many writes more through each session, and waits for their outcome. */
	async write(count: number): Promise<void> {
		const pace = { burst: 20, pauseMs: 1, outstandingMax: 100 };
		await Promise.all(
			this.writers.map((writer) =>
				writer.write(
					() => pace,
					() => false,
					count,
				),
			),
		);
		await Promise.all(this.writers.map((writer) => writer.settle()));
	}

	/** When a write of a later epoch was first acknowledged, in ms of the monotonic clock. */
	firstAcknowledgedAfter(epoch: bigint): number | undefined {
		const later = [...this.#acknowledgedIn].filter(([each]) => each > epoch).map(([, atMs]) => atMs);
		return later.length === 0 ? undefined : Math.min(...later);
	}

	/** The newest one in which a write was acknowledged. */
	get epoch(): bigint {
		return [...this.#acknowledgedIn.keys()].reduce((newest, epoch) => (epoch > newest ? epoch : newest), 0n);
	}

	/** Holds all servers that serve against the records and against each other; the writers must have settled. */
	async check(): Promise<Check> {
		const members: Member[] = [];
		for (const member of this.#ensemble.members) if ((await member.status()) !== undefined) members.push(member);
		const dumps = await Promise.all(members.map(dumpOf));
		const [first = new Map()] = dumps;
		const problems = this.writers.flatMap((writer) => writer.judge(first));
		for (const [at, dump] of dumps.entries()) {
			const [one, other] = [members[0]?.name, members[at]?.name];
			problems.push(...differences(first, dump).map((line) => `${one} and ${other} differ: ${line}`));
		}
		const compared = await compareDigests(members);
		problems.push(...compared.problems);
		return { ...compared, problems, acknowledged: this.acknowledged, inDoubt: this.#inDoubt };
	}

	async close(): Promise<void> {
		this.#stopping = true;
		await Promise.all(this.#running);
		await Promise.all(this.writers.map((writer) => writer.session.close()));
	}

	get acknowledged(): number {
		return this.writers.reduce((all, writer) => all + writer.acknowledged, 0);
	}

	get #inDoubt(): number {
		return this.writers.reduce((all, writer) => all + writer.inDoubt, 0);
	}

	#note(zxid: bigint, atMs: number): void {
		const epoch = zxid >> 32n;
		if (!this.#acknowledgedIn.has(epoch)) this.#acknowledgedIn.set(epoch, atMs);
	}
}

async function dumpOf(member: Member): Promise<TreeDump> {
	const session = openSession({ host: "127.0.0.1", port: member.place.clientPort }, 30_000);
	await mustCall(session, "sync", "/");
	const dump = await dumpTree(session);
	await session.close();
	return dump;
}

async function compareDigests(members: readonly Member[]): Promise<{ problems: string[]; digestsCompared: number }> {
	const lists = await Promise.all(members.map((member) => member.digests()));
	const problems: string[] = [];
	let digestsCompared = 0;
	for (const zxid of new Set(lists.flatMap((list) => [...list.keys()]))) {
		const found = lists.map((list) => list.get(zxid)).filter((digest) => digest !== undefined);
		if (found.length > 1) digestsCompared++;
		if (new Set(found).size > 1) problems.push(`at 0x${zxid.toString(16)} the digests are ${found.join(", ")}`);
	}
	return { problems, digestsCompared };
}
