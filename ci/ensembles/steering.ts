import { waitFor } from "./bounded-wait.js";
import type { Ensemble } from "./ensemble.js";
import type { Member } from "./member.js";

/** Apache's servers say what they vote for ever less often, at last once in 60 s: a word that was lost costs as long. */
const electionTimeoutMs = 90_000;

/**
 * Lets one voter win an election by having more than the others: half of the others miss what is written, the other
 * half is down while these come back. `write` has to get one write acknowledged; all run before and after.
 */
export async function makeLeader(ensemble: Ensemble, wanted: Member, write: () => Promise<void>): Promise<void> {
	if ((await ensemble.maybeLeader()) === wanted) return;
	const others = ensemble.voters.filter((member) => member !== wanted);
	const behind = others.slice(0, others.length / 2);
	const beside = others.slice(others.length / 2);
	await Promise.all(behind.map((member) => member.kill("SIGTERM")));
	await ensemble.serving([wanted, ...beside]);
	await write();
	await reached(wanted, beside);
	await Promise.all(beside.map((member) => member.kill("SIGTERM")));
	for (const member of behind) ensemble.start(member);
	await waitFor(`${wanted.name} leads`, electionTimeoutMs, async () =>
		(await ensemble.maybeLeader()) === wanted ? true : undefined,
	);
	for (const member of beside) ensemble.start(member);
	await ensemble.serving();
}

/** A member that only follows applies a moment later what the leader has acknowledged. */
async function reached(member: Member, others: readonly Member[]): Promise<void> {
	const statuses = await Promise.all(others.map((other) => other.status()));
	const newest = statuses.reduce(
		(most, status) => (status !== undefined && status.zxid > most ? status.zxid : most),
		0n,
	);
	await waitFor(`${member.name} has ${newest.toString(16)}`, electionTimeoutMs, async () =>
		((await member.status())?.zxid ?? -1n) >= newest ? true : undefined,
	);
}
