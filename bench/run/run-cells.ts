import { type Party, Turns } from "../load/turns.js";
import type { Calibration, Round } from "../report/report.js";
import { calibrate } from "../targets/calibration.js";
import { type EchoServer, startEchoServer } from "../targets/echo.js";
import { serverCosts } from "../targets/meter.js";
import type { Target } from "../targets/target.js";
import { agendaOf, type Sitting, type Turn } from "./agenda.js";
import type { CellBook } from "./cell-book.js";
import type { CellPlan } from "./cell-plan.js";
import { clientBound } from "./client-bound.js";
import type { MakeLoad } from "./measured.js";
import { measures } from "./measures/measures.js";
import type { StartWish, Subject } from "./subjects.js";
import { TimeLeft } from "./time-left.js";
import { warmUp } from "./warm-up.js";

export interface CellsJob {
	readonly plans: readonly CellPlan[];
	readonly subjects: readonly Subject[];
	/** After so many rounds servers are started anew; undefined: never. */
	readonly roundsTogether: number | undefined;
	readonly workers: number;
	readonly makeLoad: MakeLoad;
	readonly seed: number;
	/** How long servers get used to requests before anything counts; virtual machines compile meanwhile. */
	readonly warmUpMs: number;
	/** Where flushes are measured when the servers' own disk is not known. */
	readonly folder: string;
	readonly signal: AbortSignal;
	/** Fills up; what is in it stays there whatever happens to the rest. */
	readonly book: CellBook;
	/** With a first guess. */
	onBegin(timeLeft: string): void;
	onStatus(text: string): void;
	onRound(plan: CellPlan, subject: string, round: Round, timeLeft: string): void;
}

/** A turn that is several subjects'. */
interface Abreast {
	readonly calibration: Calibration;
	readonly party: Party;
}

interface Noted {
	readonly round: Round;
	readonly tookMs: number;
}

/** The echo server is a virtual machine, too. */
const echoWarmUpMs = 1000;
/** What starting servers, and warming them up, takes about. */
const startMs = 4000;
/** Far longer than any event takes, on however busy a machine. */
const eventMsMost = 30_000;
/** Calibration, set-up and audit. */
const aroundMs = 1500;

/** Measures everything, the subjects in turns, until a signal or an error ends it. */
export async function runCells(job: CellsJob): Promise<void> {
	const echo = await startEchoServer();
	try {
		if (job.warmUpMs > 0) await echo.measure(echoWarmUpMs);
		const run = new CellsRun(job, echo);
		for (const sitting of run.agenda) await run.sit(sitting);
	} finally {
		echo.stop();
	}
}

class CellsRun {
	readonly agenda: readonly Sitting[];
	readonly #job: CellsJob;
	readonly #echo: EchoServer;
	readonly #timeLeft: TimeLeft;
	#number = 0;

	constructor(job: CellsJob, echo: EchoServer) {
		this.#job = job;
		this.#echo = echo;
		this.agenda = agendaOf(job.plans, job.roundsTogether);
		const turns = this.agenda.flatMap((sitting) => sitting.turns);
		const starting = this.agenda.length * (startMs + job.warmUpMs);
		const guess = turns.reduce((sum, { plan }) => sum + guessMs(plan), starting) * job.subjects.length;
		this.#timeLeft = new TimeLeft(guess);
		job.onBegin(`${this.#timeLeft}`);
	}

	async sit({ servers, http, turns }: Sitting): Promise<void> {
		const wish = { servers, http, signal: this.#job.signal };
		const shared = new Map<Subject, Target>();
		try {
			for (const turn of turns) {
				if (turn.plan.parameters.sliceMs === undefined) await this.#oneByOne(turn, wish, shared);
				else await this.#abreast(turn, wish, shared);
			}
		} finally {
			for (const target of shared.values()) await target.stop();
		}
	}

	async #oneByOne(turn: Turn, wish: StartWish, shared: Map<Subject, Target>): Promise<void> {
		const { subjects, signal } = this.#job;
		const { isFresh } = measures[turn.plan.workload.kind];
		for (const subject of subjects) {
			if (signal.aborted) return;
			if (isFresh) {
				await this.#alone(subject, turn);
				continue;
			}
			const target = await this.#maybeTarget(subject, wish, shared);
			if (target !== undefined) await this.#turn(target, turn);
		}
	}

	/** All subjects at once, of which one at a time makes a slice of its load. */
	async #abreast(turn: Turn, wish: StartWish, shared: Map<Subject, Target>): Promise<void> {
		const { subjects, signal, folder } = this.#job;
		const targets: Target[] = [];
		for (const subject of subjects) {
			const target = signal.aborted ? undefined : await this.#maybeTarget(subject, wish, shared);
			if (target === undefined) return;
			targets.push(target);
		}
		const calibration = await calibrate(this.#echo, targets[0]?.folder ?? folder);
		const turns = new Turns(targets.length, turn.round % targets.length);
		const ends = await Promise.allSettled(
			targets.map(async (target, at) => {
				const party = turns.party(at);
				try {
					return await this.#measure(target, turn, { calibration, party });
				} finally {
					party.leave();
				}
			}),
		);
		// In the order of the subjects, whoever was the first to end.
		for (const [at, end] of ends.entries()) {
			if (end.status === "rejected") throw end.reason;
			if (end.value !== undefined) this.#note(turn.plan, (targets[at] as Target).subject, end.value, targets.length);
		}
	}

	/** Servers that all cells of the sitting share, started when they are first needed; undefined when that is given up. */
	async #maybeTarget(subject: Subject, wish: StartWish, shared: Map<Subject, Target>): Promise<Target | undefined> {
		const running = shared.get(subject);
		if (running !== undefined) return running;
		const { warmUpMs, onStatus, signal, workers, makeLoad } = this.#job;
		onStatus(`starting ${subject.name}, ${wish.servers} ${wish.servers === 1 ? "server" : "servers"}`);
		const beganMs = performance.now();
		const target = await unlessAborted(signal, subject.start(wish));
		if (target === undefined) return undefined;
		shared.set(subject, target);
		if (warmUpMs > 0) await unlessAborted(signal, warmUp(target, { forMs: warmUpMs, workers, makeLoad, signal }));
		this.#timeLeft.done(startMs + warmUpMs, performance.now() - beganMs);
		return target;
	}

	async #alone(subject: Subject, turn: Turn): Promise<void> {
		const { onStatus, signal } = this.#job;
		onStatus(`starting ${subject.name} anew for ${turn.plan.id}`);
		const target = await unlessAborted(signal, subject.start({ servers: turn.plan.servers, http: false, signal }));
		if (target === undefined) return;
		try {
			await this.#turn(target, turn);
		} finally {
			await target.stop();
		}
	}

	async #turn(target: Target, turn: Turn): Promise<void> {
		const measured = await this.#measure(target, turn);
		if (measured !== undefined) this.#note(turn.plan, target.subject, measured);
	}

	/** Undefined when it was given up. */
	async #measure(target: Target, { plan, round }: Turn, abreast?: Abreast): Promise<Noted | undefined> {
		const { onStatus, folder } = this.#job;
		onStatus(`${plan.id}, round ${round} of ${plan.rounds}: ${target.subject}; ${this.#timeLeft}`);
		const beganMs = performance.now();
		const startedAt = new Date().toISOString();
		const number = ++this.#number;
		const calibration = abreast?.calibration ?? (await calibrate(this.#echo, target.folder ?? folder));
		const stage = { ...this.#stageOf(plan, round, number), target, roles: await target.roles() };
		const measure = measures[plan.workload.kind].measure(
			abreast === undefined ? stage : { ...stage, party: abreast.party },
		);
		const measured = await unlessAborted(this.#job.signal, measure);
		if (measured === undefined) return undefined;
		const { load, metered, events, figures } = measured;
		const done: Round = {
			number,
			startedAt,
			load,
			servers: serverCosts(stage.roles, metered, load.operations),
			calibration,
			idleCores: metered.idleCores,
			...(events === undefined ? {} : { events }),
			...(figures === undefined ? {} : { figures }),
			breaches: [...(measured.breaches ?? []), ...clientBound(measured)],
		};
		return { round: done, tookMs: performance.now() - beganMs };
	}

	/** @param abreast how many subjects had this turn at once */
	#note(plan: CellPlan, subject: string, { round, tookMs }: Noted, abreast = 1): void {
		this.#timeLeft.done(guessMs(plan), tookMs / abreast);
		this.#job.book.add(plan, subject, round);
		this.#job.onRound(plan, subject, round, `${this.#timeLeft}`);
	}

	#stageOf({ parameters }: CellPlan, round: number, number: number) {
		const { seed, workers, makeLoad, signal } = this.#job;
		const root = `/zkspec-bench-${process.pid}-${number}`;
		// The same requests for all subjects in one round, others in the next.
		return { parameters, seed: seed + round - 1, workers, makeLoad, eventMsMost, signal, root };
	}
}

/** Undefined for what was given up because of the signal; half a round is none. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
	try {
		const done = await work;
		return signal.aborted ? undefined : done;
	} catch (error) {
		if (signal.aborted) return undefined;
		throw error;
	}
}

function guessMs({ workload, parameters }: CellPlan): number {
	return measures[workload.kind].estimateMs(parameters) + aroundMs;
}
