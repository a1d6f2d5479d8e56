import { zxidZero } from "../model/ids.js";
import { compareMembers } from "./final-compare.js";
import type { Plan, SimOptions } from "./plan.js";
import type { ProcessWorld, Running } from "./running.js";
import { describeSession } from "./truth.js";
import { Violation } from "./violation.js";
import { World } from "./world.js";

export interface Outcome {
	readonly failure: Failure | undefined;
	/** Of everything that happened. */
	readonly hash: string;
	readonly simulatedMs: number;
	readonly turns: number;
	readonly events: number;
	readonly commits: number;
	readonly elections: number;
	readonly answers: number;
}

export interface Failure {
	/** The promise that was broken, or "the program goes on" for an error that nobody expected. */
	readonly invariant: string;
	readonly message: string;
	readonly atMs: number;
}

export type StartProcess = (world: ProcessWorld) => Running;

/** Everything works again for so many ticks before it counts as a failure that something has not come right. */
const livenessTicks = 100;
const pollTicks = 0.25;
/** More events than this in one run: something spins. */
const eventsMax = 300_000;

/** First everything may go wrong for a while, then nothing does any more: what was promised must hold, and all come right. */
export function run(plan: Plan, start: StartProcess, tell?: (line: string) => void): Outcome {
	const world = new World(plan, start, tell);
	const failure = failureOf(world, () => {
		world.start();
		runUntil(world, plan.options.safetyMs);
		tell?.("---- all is healed");
		world.faults.heal();
		for (const client of world.clients) client.finish();
		untilRight(world, plan.options);
		compareMembers(world);
		if (isQuiet(plan)) checkNobodyLost(world);
	});
	return {
		failure,
		hash: world.trace.hash,
		simulatedMs: world.queue.nowUs / 1000,
		turns: world.turnCount,
		events: world.queue.stepCount,
		commits: world.truth.count,
		elections: world.electionCount,
		answers: world.clients.reduce((sum, client) => sum + client.answeredCount, 0),
	};
}

/** Nothing in it can keep anybody from being heard in time. */
function isQuiet({ options, faults }: Plan): boolean {
	return (
		faults.length === 0 && options.reconfig === undefined && options.spikeShare === 0 && options.slowFlushShare === 0
	);
}

/** Without faults nobody loses a session, a connection or a role. */
function checkNobodyLost({ clients, members }: World): void {
	const expired = clients.find(({ expiredCount }) => expiredCount > 0);
	if (expired !== undefined)
		throw new Violation("a session lives while its client is heard", `${expired.describe()} had one that expired`);
	const cut = clients.find(({ cutCount }) => cutCount > 0);
	if (cut !== undefined) throw new Violation("nobody is cut off without a reason", `${cut.describe()} was`);
	const left = members.find(({ leftCount }) => leftCount > 0);
	if (left !== undefined) throw new Violation("no role ends without a reason", `server ${left.place} had one that did`);
}

function failureOf(world: World, act: () => void): Failure | undefined {
	try {
		act();
		return undefined;
	} catch (error) {
		// Whatever the product throws is a finding: the run ends here, and the seed is told.
		if (!(error instanceof Error)) throw error;
		const invariant = error instanceof Violation ? error.invariant : "the program goes on";
		const message = error instanceof Violation ? error.message : (error.stack ?? error.message);
		return { invariant, message, atMs: world.queue.nowUs / 1000 };
	}
}

function runUntil(world: World, untilMs: number): void {
	const { queue } = world;
	while (queue.step(untilMs * 1000)) {
		if (queue.stepCount > eventsMax)
			throw new Violation("nothing spins", `${queue.stepCount} events by ${queue.nowUs / 1000} ms`);
	}
	world.queue.nowUs = untilMs * 1000;
}

function untilRight(world: World, { safetyMs, tickMs }: SimOptions): void {
	const pollMs = pollTicks * tickMs;
	for (let atMs = safetyMs; atMs < safetyMs + livenessTicks * tickMs; atMs += pollMs) {
		if (whatIsMissing(world) === undefined) return;
		runUntil(world, atMs + pollMs);
	}
	const missing = whatIsMissing(world);
	if (missing !== undefined) throw new Violation("all comes right once faults end", missing);
}

/** Undefined when every client had its answer and every member is where all the others are, without sessions. */
function whatIsMissing(world: World): string | undefined {
	const client = world.clients.find(({ isOver }) => !isOver);
	if (client !== undefined) return client.describe();
	const members = world.seated;
	const idle = members.find((member) => member.state === undefined);
	if (idle !== undefined) return `server ${idle.place} serves nobody`;
	const zxids = new Set(members.map((member) => member.state?.tree.lastZxid ?? zxidZero));
	if (zxids.size > 1) return `servers are at ${[...zxids].join(", ")}`;
	const holding = members.find((member) => (member.state?.sessions.size ?? 0) > 0);
	if (holding !== undefined) return `server ${holding.place} keeps a session that nobody uses`;
	const forgotten = [...world.truth.history.sessions.keys()][0];
	return forgotten && `session ${describeSession(forgotten)} was never ended, and no server knows it`;
}
