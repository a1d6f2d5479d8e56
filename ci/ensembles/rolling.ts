import type { Kind, Member } from "./member.js";
import { Trial } from "./trial.js";

export interface RollingOptions {
	readonly servers: number;
	readonly from: Kind;
	readonly to: Kind;
	readonly say: (line: string) => void;
}

/** Replaces each member by another kind on the same files, one at a time under writes, and then each back again. */
export function rollingReplacement({ servers, from, to, say }: RollingOptions): Promise<string[]> {
	const members = Array.from({ length: servers }, () => ({ kind: from }));
	return Trial.run({ members, settings: { snapCount: "2000" }, say }, async (trial) => {
		trial.work.run();
		for (const kind of [to, from]) {
			for (const member of trial.ensemble.members) await replace(trial, member, kind);
			await trial.check(`all ${servers} are ${kind}`);
		}
	});
}

async function replace(trial: Trial, member: Member, kind: Kind): Promise<void> {
	const mode = (await member.status())?.mode;
	await member.kill("SIGTERM");
	trial.ensemble.start(member, kind);
	await trial.ensemble.serving();
	const now = (await member.status())?.mode;
	await trial.check(`server ${member.id} (${mode}) became ${kind} (${now})`);
}
