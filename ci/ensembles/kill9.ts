import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, shuffled } from "../../conformance/client/random.js";
import { waitFor } from "./bounded-wait.js";
import type { Kind } from "./member.js";
import { Trial } from "./trial.js";
import type { Workload } from "./workload.js";

export interface Kill9Options {
	readonly servers: number;
	readonly kind: Kind;
	readonly rounds: number;
	readonly seed: number;
	/** Who is killed at once. */
	readonly victims: "minority" | "all";
	readonly say: (line: string) => void;
}

/** Small, so that kills also hit changes of files and the writing of snapshots. */
const settings = { snapCount: "500", preAllocSize: "64" };
const pipelined = { burst: 20, pauseMs: 5, outstandingMax: 100 };

/** So many writes of all sessions at most before a kill. */
const acknowledgedMax = 1000;
const writeTimeoutMs = 60_000;

/** Kills members with SIGKILL at random moments under pipelined writes through every server. */
export function killRounds({ servers, kind, rounds, seed, victims, say }: Kill9Options): Promise<string[]> {
	const members = Array.from({ length: servers }, () => ({ kind }));
	const random = seededRandom(seed);
	return Trial.run({ members, settings, workload: { pace: pipelined }, say }, async (trial) => {
		const { ensemble, work } = trial;
		work.run();
		for (let round = 1; round <= rounds && trial.problems.length === 0; round++) {
			await acknowledgedMore(work, random() * acknowledgedMax);
			await sleep(random() * 10);
			const minority = 1 + Math.floor((random() * (servers - 1)) / 2);
			const killed = shuffled(ensemble.members, random).slice(0, victims === "all" ? servers : minority);
			await Promise.all(killed.map((member) => member.kill("SIGKILL")));
			await sleep(random() * 300);
			for (const member of killed) ensemble.start(member);
			await trial.check(`round ${round}: killed ${killed.map(({ id }) => id).join(" ")}`);
		}
	});
}

async function acknowledgedMore(work: Workload, count: number): Promise<void> {
	const least = work.acknowledged + count;
	await waitFor(`${least} writes are acknowledged`, writeTimeoutMs, () =>
		work.acknowledged >= least ? true : undefined,
	);
}
