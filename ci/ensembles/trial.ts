import { setTimeout as sleep } from "node:timers/promises";
import { Ensemble, type MemberWish, type Settings } from "./ensemble.js";
import type { Member } from "./member.js";
import { makeLeader } from "./steering.js";
import { Workload, type WorkloadOptions } from "./workload.js";

export interface TrialOptions {
	readonly members: readonly MemberWish[];
	readonly settings?: Settings;
	readonly workload?: WorkloadOptions;
	readonly say: (line: string) => void;
}

/** An ensemble under checked writes, and what was found wrong so far. */
export class Trial {
	readonly ensemble: Ensemble;
	readonly work: Workload;
	readonly problems: string[] = [];
	readonly say: (line: string) => void;
	#checks = 0;

	/** Runs steps on a fresh ensemble that serves; gives what was found wrong, one line each. */
	static async run(options: TrialOptions, steps: (trial: Trial) => Promise<void>): Promise<string[]> {
		const ensemble = await Ensemble.create(options.members, { settings: options.settings ?? {} });
		let work: Workload | undefined;
		try {
			ensemble.startAll();
			await ensemble.serving();
			options.say("     all serve");
			work = await Workload.open(ensemble, options.workload);
			const trial = new Trial(ensemble, work, options.say);
			await steps(trial);
			if (trial.problems.length > 0) ensemble.keep = true;
			return trial.problems;
		} catch (error) {
			ensemble.keep = true;
			throw error;
		} finally {
			await work?.close();
			const kept = await ensemble.remove();
			if (kept !== undefined) options.say(`logs and data are kept in ${kept}`);
		}
	}

	private constructor(ensemble: Ensemble, work: Workload, say: (line: string) => void) {
		this.ensemble = ensemble;
		this.work = work;
		this.say = say;
	}

	/** Lets a member lead; writes go on, or are sent for it. */
	async lead(member: Member): Promise<void> {
		const writer = this.work.writers[this.ensemble.members.indexOf(member)] ?? this.work.writers[0];
		await makeLeader(this.ensemble, member, async () => writer?.nextAcknowledged());
		this.say(`     ${member.name} leads`);
	}

	/** Kills a member, leaves it down for a moment, and starts it again. */
	async bounce(member: Member, signal: NodeJS.Signals, downMs = 500): Promise<void> {
		await member.kill(signal);
		await sleep(downMs);
		this.ensemble.start(member);
		await this.ensemble.serving();
	}

	/** Ends the writing, holds everything against the records, and says how it was. */
	async check(after: string, writeOn = true): Promise<void> {
		await this.work.settle();
		await this.ensemble.serving();
		const { problems, acknowledged, inDoubt, digestsCompared } = await this.work.check();
		this.#checks++;
		const figures = `${acknowledged} acknowledged, ${inDoubt} in doubt, ${digestsCompared} digests compared`;
		this.say(`${problems.length === 0 ? "ok  " : "FAIL"} ${after}: ${figures}`);
		this.problems.push(...problems.map((problem) => `after ${after}: ${problem}`));
		if (writeOn) this.work.run();
	}

	get checks(): number {
		return this.#checks;
	}
}
