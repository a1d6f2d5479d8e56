import { setTimeout as sleep } from "node:timers/promises";
import type { Kind } from "./member.js";
import { Trial } from "./trial.js";

export interface MixedOptions {
	/** Voters; an observer of each kind comes beside them. */
	readonly servers: number;
	readonly subject: Kind;
	readonly peer: Kind;
	/** Also what takes longer than a learner may be silent. */
	readonly thorough: boolean;
	readonly say: (line: string) => void;
}

/** One member of the subject's kind among peers, in every role, through every change of roles, under writes. */
export function mixedRoles({ servers, subject, peer, thorough, say }: MixedOptions): Promise<string[]> {
	const voters = Array.from({ length: servers }, (_, at) => ({ kind: at === 0 ? subject : peer }));
	const observers = [subject, peer].map((kind) => ({ kind, role: "observer" as const }));
	return Trial.run({ members: [...voters, ...observers], say }, async (trial) => {
		const { ensemble, work } = trial;
		const [one, other] = [ensemble.member(1), ensemble.member(2)];
		work.run();
		await trial.lead(other);
		await trial.check(`a ${peer} leads, ${subject} follows and observes`);
		await trial.bounce(one, "SIGKILL");
		await trial.check("the follower of the subject was killed");
		await trial.bounce(ensemble.member(servers + 1), "SIGKILL");
		await trial.check("the observer of the subject was killed");
		await trial.bounce(await ensemble.leader(), "SIGKILL");
		await trial.check("the leader of the peers was killed");
		await trial.lead(one);
		await trial.check(`${subject} leads, ${peer} follows and observes`);
		await trial.bounce(other, "SIGKILL");
		await trial.bounce(ensemble.member(servers + 2), "SIGKILL");
		await trial.check("a follower and the observer of the peers were killed");
		await trial.bounce(one, "SIGKILL");
		await trial.check("the leader of the subject was killed");
		await trial.lead(one);
		await trial.bounce(one, "SIGTERM");
		await trial.check("the leader of the subject was ended");
		if (thorough) await pauses(trial);
	});
}

/** Longer than syncLimit ticks: the others must go on without it, and take it back. */
const silenceMs = 13_000;

async function pauses(trial: Trial): Promise<void> {
	const one = trial.ensemble.member(1);
	for (const [role, pauseMs] of [
		["follower", 3000],
		["follower", silenceMs],
		["leader", silenceMs],
	] as const) {
		if (role === "leader") await trial.lead(one);
		else if ((await trial.ensemble.leader()) === one) await trial.lead(trial.ensemble.member(2));
		await one.pause();
		await sleep(pauseMs);
		one.resume();
		await trial.check(`the ${role} of the subject was stopped for ${pauseMs / 1000} s`);
	}
}
