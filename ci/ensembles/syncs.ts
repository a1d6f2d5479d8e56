import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Reply } from "../../conformance/client/session-calls.js";
import { SessionError } from "../../conformance/client/session-error.js";
import { mustCall, openSession } from "../durability/sessions.js";
import { waitFor } from "./bounded-wait.js";
import type { Kind, Member } from "./member.js";
import { maybeLastSync, type Sync } from "./observed-syncs.js";
import { Trial } from "./trial.js";

export interface SyncsOptions {
	readonly subject: Kind;
	readonly peer: Kind;
	/** Followers only, and only what is sent from memory. */
	readonly brief: boolean;
	readonly say: (line: string) => void;
}

/** Apache keeps at least so many transactions for learners that come back. */
const commitLogCount = 500;
const loggedWithinMs = 10_000;

/** Every kind of sync in both directions: 2 and the observer 4 are the subject's, 1, 3 and the observer 5 are peers. */
export async function everySync({ subject, peer, brief, say }: SyncsOptions): Promise<string[]> {
	const voters = [peer, subject, peer].map((kind) => ({ kind }));
	const observers = [subject, peer].map((kind) => ({ kind, role: "observer" as const }));
	const members = [...voters, ...observers];
	const memoryOnly = { snapshotSizeFactor: "-1", commitLogCount: `${commitLogCount}` };
	const fromDisk = { ...memoryOnly, snapshotSizeFactor: "1000000" };
	if (brief) return Trial.run({ members: voters, settings: memoryOnly, say }, (trial) => syncsFromMemory(trial, true));
	return [
		...(await Trial.run({ members, settings: memoryOnly, say }, (trial) => syncsFromMemory(trial, false))),
		...(await Trial.run({ members, settings: fromDisk, say }, syncsFromDisk)),
	];
}

const voterCount = 3;

/** Who leads, and who comes back to it. */
const directions = [
	[3, 2],
	[3, 4],
	[2, 1],
	[2, 5],
] as const;

async function syncsFromMemory(trial: Trial, brief: boolean): Promise<void> {
	for (const [leader, learner] of directions) {
		if (brief && learner > voterCount) continue;
		await comeBack(trial, leader, learner, 10, "DIFF");
		await comeBack(trial, leader, learner, commitLogCount, "SNAP");
	}
	for (const [learner, leader] of [
		[2, 3],
		[3, 2],
	] as const) {
		await withTail(trial, learner, leader, 0, "TRUNC");
		if (brief) continue;
		// The leader's log goes on in the next epoch: Apache sends no TRUNC then, ours to the end of the common epoch.
		await withTail(trial, learner, leader, 20, "SNAP");
	}
}

async function syncsFromDisk(trial: Trial): Promise<void> {
	for (const [leader, learner] of directions) await comeBack(trial, leader, learner, commitLogCount, "DIFF");
}

/** A learner is down while `count` writes go through each session. */
async function comeBack(trial: Trial, leading: number, learning: number, count: number, expected: Sync): Promise<void> {
	const { ensemble, work } = trial;
	const [leader, learner] = [ensemble.member(leading), ensemble.member(learning)];
	await leadQuietly(trial, leader);
	await learner.kill("SIGTERM");
	await work.write(count);
	ensemble.start(learner);
	await finish(trial, leader, learner, expected, `${learner.name} missed ${count} writes of each session`);
}

/** Written to its file: a process that is killed takes nothing of that with it. */
async function mustLog({ name, place }: Member, text: string): Promise<void> {
	const folder = path.join(place.folder, "data", "version-2");
	const logs = () => readdirSync(folder).filter((file) => file.startsWith("log."));
	const isLogged = () => logs().some((file) => readFileSync(path.join(folder, file)).includes(text)) || undefined;
	await waitFor(`${name} has logged ${text}`, loggedWithinMs, isLogged);
}

/** A leader dies with proposals that nobody else has, and comes back to another leader. */
async function withTail(trial: Trial, learning: number, leading: number, later: number, expected: Sync): Promise<void> {
	const { ensemble, work } = trial;
	const learner = ensemble.member(learning);
	await leadQuietly(trial, learner);
	const others = ensemble.members.filter((member) => member !== learner);
	const session = openSession({ host: "127.0.0.1", port: learner.place.clientPort });
	// Whoever lacks something that the other has, such as this session, would not be elected.
	const last = `/before-tail-of-${learning}-${later}`;
	await mustCall(session, "create", { path: last });
	for (const other of others) await mustLog(other, last);
	await Promise.all(others.map((other) => other.pause()));
	const paths = Array.from({ length: 8 }, (_, at) => `/tail-of-${learning}-${later}-${at}`);
	const tail = paths.map((node) => mayFail(session.call("create", { path: node })));
	await mustLog(learner, paths.at(-1) ?? "");
	// Stopped processes that are killed never read the proposals that wait in their sockets.
	for (const other of others) await other.kill("SIGKILL");
	await learner.kill("SIGKILL");
	await Promise.all([...tail, session.close()]);
	for (const other of others) ensemble.start(other);
	await ensemble.serving(others);
	const leader = await ensemble.leader();
	if (leader.id !== leading) trial.problems.push(`${leader.name} leads instead of ${leading}`);
	if (later > 0) await work.write(later);
	ensemble.start(learner);
	await finish(trial, leader, learner, expected, `${learner.name} led and has 8 proposals more, ${later} writes later`);
}

/** Of what nobody else has seen, nothing is acknowledged. */
async function mayFail(call: Promise<Reply>): Promise<void> {
	try {
		const { err } = await call;
		throw new UncoveredReplyError(`a leader without a quorum answered with ${err}`);
	} catch (error) {
		if (!(error instanceof SessionError)) throw error;
	}
}

class UncoveredReplyError extends Error {
	override readonly name = "UncoveredReplyError";
}

async function leadQuietly(trial: Trial, member: Member): Promise<void> {
	trial.work.run();
	await trial.lead(member);
	await trial.work.settle();
}

async function finish(trial: Trial, leader: Member, learner: Member, expected: Sync, what: string): Promise<void> {
	await trial.ensemble.serving();
	const found = maybeLastSync(learner);
	const line = `${found} from ${leader.name}: ${what}`;
	const right = found === expected || (found === "TRUNC" && expected === "SNAP" && leader.kind === "ours");
	if (!right) trial.problems.push(`${expected} is expected, not ${line}`);
	await trial.work.write(10);
	await trial.check(line, false);
}
