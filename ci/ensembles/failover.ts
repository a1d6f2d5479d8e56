import { setTimeout as sleep } from "node:timers/promises";
import { smallJava } from "../peers/apache.js";
import { waitFor } from "./bounded-wait.js";
import { Ensemble } from "./ensemble.js";
import type { Kind } from "./member.js";
import { Workload } from "./workload.js";

export interface FailoverOptions {
	readonly servers: readonly number[];
	readonly kinds: readonly Kind[];
	readonly rounds: number;
	readonly say: (line: string) => void;
}

export interface FailoverRow {
	readonly servers: number;
	readonly kind: Kind;
	/** From the kill to the first acknowledged write of the next leader, one a round. */
	readonly timesMs: readonly number[];
	readonly problems: readonly string[];
}

/** Several requests on their way all the time, on few cores. */
const pace = { burst: 5, pauseMs: 5, outstandingMax: 50 };
const roundDelayMs = 10;
const failoverTimeoutMs = 60_000;
/** Of writes before a kill; afterwards everything is as it was. */
const loadMs = 500;

/** Kills the leader under load again and again, the kinds in turn, all on the same configuration. */
export async function failovers({ servers, kinds, rounds, say }: FailoverOptions): Promise<FailoverRow[]> {
	const rows: FailoverRow[] = [];
	for (const count of servers) {
		const subjects: Subject[] = [];
		try {
			for (const kind of kinds) subjects.push(await Subject.create(kind, count));
			for (let round = 1; round <= rounds; round++) {
				for (const subject of subjects) {
					const timeMs = await subject.round();
					say(`${count} servers, round ${round}: ${subject.kind} ${timeMs.toFixed(0)} ms`);
				}
			}
			for (const subject of subjects) rows.push(await subject.finish(count));
		} finally {
			for (const subject of subjects) await subject.remove();
		}
	}
	return rows;
}

/** One kind's ensemble; it is idle while another is measured. */
class Subject {
	readonly kind: Kind;
	readonly #ensemble: Ensemble;
	readonly #work: Workload;
	readonly #timesMs: number[] = [];

	static async create(kind: Kind, servers: number): Promise<Subject> {
		// Java with its usual compilers: this is about speed.
		const ensemble = await Ensemble.create(
			Array.from({ length: servers }, () => ({ kind })),
			{ java: smallJava },
		);
		ensemble.startAll();
		await ensemble.serving();
		return new Subject(kind, ensemble, await Workload.open(ensemble, { pace, roundDelayMs }));
	}

	private constructor(kind: Kind, ensemble: Ensemble, work: Workload) {
		this.kind = kind;
		this.#ensemble = ensemble;
		this.#work = work;
	}

	async round(): Promise<number> {
		const work = this.#work;
		work.run();
		await sleep(loadMs);
		const leader = await this.#ensemble.leader();
		const epoch = work.epoch;
		const killedAtMs = performance.now();
		await leader.kill("SIGKILL");
		const acknowledgedAtMs = await waitFor("a write is acknowledged again", failoverTimeoutMs, () =>
			work.firstAcknowledgedAfter(epoch),
		);
		await work.settle();
		this.#ensemble.start(leader);
		await this.#ensemble.serving();
		const timeMs = acknowledgedAtMs - killedAtMs;
		this.#timesMs.push(timeMs);
		return timeMs;
	}

	async finish(servers: number): Promise<FailoverRow> {
		const { problems } = await this.#work.check();
		return { servers, kind: this.kind, timesMs: this.#timesMs, problems };
	}

	async remove(): Promise<void> {
		await this.#work.close();
		await this.#ensemble.remove();
	}
}

/** A small table, one line a row. */
export function failoverTable(rows: readonly FailoverRow[]): string[] {
	const cells = rows.map(({ servers, kind, timesMs }) => {
		const sorted = timesMs.toSorted((one, other) => one - other);
		const at = (share: number) =>
			(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0);
		return [`${servers}`, kind, `${timesMs.length}`, at(0), at(0.5), at(0.9), at(1)];
	});
	const table = [["servers", "kind", "kills", "least ms", "median ms", "p90 ms", "most ms"], ...cells];
	return table.map((row) => row.map((cell, column) => (column === 1 ? cell.padEnd(12) : cell.padStart(9))).join("  "));
}
