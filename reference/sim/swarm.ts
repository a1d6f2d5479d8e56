import type { ClientOp, MultiPart } from "./client-codec.js";
import type { ClientPlan, Crash, Fault, Plan, PlannedFault, SimOptions } from "./plan.js";
import { Random } from "./random.js";
import { drawReconfig } from "./reconfig-op.js";
import type { ScriptStep } from "./sim-client.js";

/** What the command line decides instead of the seed. */
export interface Overrides {
	readonly servers?: number;
	readonly observers?: number;
	readonly clients?: number;
	readonly safetyMs?: number;
	readonly kind?: SimOptions["kind"];
	readonly isFaultless?: boolean;
	/** Whether the ensemble changes. Else some do, where the number of its servers is drawn too. */
	readonly isChanging?: boolean;
}

/** With this `isChanging` no planted fault's seed is one of those whose ensemble changes. */
const stream = { options: 1, faults: 2, clients: 16, isChanging: 42, changes: 43 };

/** All of a run from one number: sizes, speeds, which faults there are and how often, what clients do. */
export function drawPlan(seed: number, overrides: Overrides = {}): Plan {
	const random = new Random(seed, stream.options);
	const changes = new Random(seed, stream.changes);
	const drawn = drawOptions(seed, random, overrides);
	const options = isChanging(seed, overrides) ? changing(changes, drawn, overrides) : drawn;
	const clientCount = overrides.clients ?? random.pick([1, 2, 3, 3, 4, 5]);
	const clients = Array.from({ length: clientCount }, (_, index) =>
		drawClient(new Random(seed, stream.clients + index), options),
	);
	if (options.reconfig !== undefined) clients.push(drawReconfigurer(changes, options));
	const faults =
		overrides.isFaultless === true ? [] : drawFaults(new Random(seed, stream.faults), options, clients.length);
	return { options, faults, clients };
}

function isChanging(seed: number, { isChanging, servers, kind }: Overrides): boolean {
	if (isChanging !== undefined || servers !== undefined || kind === "standalone") return isChanging === true;
	return new Random(seed, stream.isChanging).chance(0.2);
}

/** Weights would have to be named anew with every server. */
function changing(random: Random, options: SimOptions, { safetyMs }: Overrides): SimOptions {
	const spares = Array.from({ length: random.pick([0, 1, 1, 2]) }, () =>
		random.pick(["observer", "participant"] as const),
	);
	const reconfig = { spares, lossShare: random.pick([0, 0, 0.3]) };
	return { ...options, weights: [], safetyMs: safetyMs ?? Math.max(options.safetyMs, 12 * options.tickMs), reconfig };
}

function drawReconfigurer(random: Random, options: SimOptions): ClientPlan {
	const gapMs = options.tickMs * random.pick([0.5, 1, 2]);
	const script: ScriptStep[] = [];
	for (let atMs = 0; atMs < options.safetyMs && script.length < 60; atMs += script.at(-1)?.afterMs ?? gapMs)
		script.push({ afterMs: random.between(1, 2 * gapMs), op: drawReconfig(random, serverCount(options)) });
	return { timeoutMs: 10 * options.tickMs, script, isSuper: true };
}

/** Voters, observers, and those that may become so. */
export function serverCount({ servers, observers, reconfig }: SimOptions): number {
	return servers + observers + (reconfig?.spares.length ?? 0);
}

function drawOptions(seed: number, random: Random, overrides: Overrides): SimOptions {
	const servers = overrides.servers ?? random.pick([1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 7]);
	const isCalm = random.chance(0.3);
	const latencyUsMin = random.pick([50, 100, 300, 1000]);
	const flushUsMin = random.pick([20, 100, 500, 2000]);
	const tickMs = random.pick([500, 1000, 2000, 2000]);
	return {
		seed,
		kind: overrides.kind ?? "ensemble",
		servers,
		observers: overrides.observers ?? random.pick([0, 0, 0, 0, 1, 1, 2]),
		weights: servers > 2 && random.chance(0.1) ? drawWeights(random, servers) : [],
		safetyMs: overrides.safetyMs ?? tickMs * random.pick([4, 6, 8, 12, 25]),
		tickMs,
		initLimit: random.pick([5, 10]),
		syncLimit: random.pick([2, 3, 5]),
		snapCount: random.pick([4, 10, 30, 100, 10_000]),
		commitLogCount: random.pick([2, 5, 20, 100, 500]),
		preAllocBytes: random.pick([0, 1024, 4096, 16_384]),
		logFileBytesMax: random.pick([0, 0, 1000, 5000]),
		snapRetainCount: random.pick([3, 3, 5]),
		purgeIntervalMs: random.pick([0, 1000, 10_000]),
		snapshotSizeFactor: random.pick([-1, 0.33, 1, 100]),
		latencyUsMin,
		latencyUsMax: latencyUsMin * random.pick([1, 2, 5, 10]),
		spikeShare: isCalm ? 0 : random.pick([0, 0.001, 0.01, 0.05]),
		spikeUsMax: tickMs * random.pick([10, 200, 1000]),
		splitShare: random.pick([0, 0.01, 0.2]),
		flushUsMin,
		flushUsMax: flushUsMin * random.pick([1, 2, 10]),
		slowFlushShare: isCalm ? 0 : random.pick([0, 0.01, 0.1]),
		slowFlushUsMax: tickMs * random.pick([50, 500, 2000]),
		turnUsMax: random.pick([1, 50, 500]),
		startMsMax: tickMs * random.pick([0, 0, 2, 6]),
		driftPpmMax: random.pick([0, 100, 20_000]),
	};
}

/** At least three voters that weigh something. */
function drawWeights(random: Random, servers: number): number[] {
	return Array.from({ length: servers }, (_, index) => (index < 3 ? random.between(1, 3) : random.between(0, 3)));
}

const faultKinds = [
	"crash",
	"crashAll",
	"stop",
	"pause",
	"partition",
	"cut",
	"slowLink",
	"slowDisk",
	"badDisk",
	"clockJump",
] as const;
type FaultKind = (typeof faultKinds)[number];
const often: Readonly<Record<FaultKind, number>> = {
	crash: 6,
	crashAll: 1,
	stop: 1,
	pause: 2,
	partition: 5,
	cut: 4,
	slowLink: 1,
	slowDisk: 1,
	badDisk: 1,
	clockJump: 1,
};

/** Some kinds only in each run: a fault that is always there may hide what another one would show. */
function drawFaults(random: Random, options: SimOptions, clients: number): PlannedFault[] {
	const weights = { ...often };
	for (const kind of faultKinds) if (random.chance(0.4)) weights[kind] = 0;
	if (faultKinds.every((kind) => weights[kind] === 0)) return [];
	const gapMs = options.tickMs * random.pick([0.2, 0.5, 1, 3, 8]);
	const faults: PlannedFault[] = [];
	for (let atMs = random.between(0, 2 * gapMs); atMs < options.safetyMs; atMs += random.between(0, 2 * gapMs)) {
		const kind = random.weighted(weights);
		faults.push({ atMs, ...drawFault(random, kind, options, clients) });
	}
	return faults;
}

function drawFault(random: Random, kind: FaultKind, options: SimOptions, clients: number): Fault {
	const servers = serverCount(options);
	const target = (): number => (random.chance(0.4) ? 0 : random.between(1, servers));
	const { tickMs } = options;
	const forMs = random.pick([5, 50, tickMs / 2, 2 * tickMs, 10 * tickMs]);
	switch (kind) {
		case "crash":
			return { type: kind, at: target(), ...drawCrash(random, forMs) };
		case "crashAll":
			return { type: kind, isPowerLoss: random.chance(0.6), forMs };
		case "stop":
		case "pause":
			return { type: kind, at: target(), forMs };
		case "partition":
			return { type: kind, ...drawSides(random, servers, clients, target()), isOneWay: random.chance(0.3), forMs };
		case "cut":
			return { type: kind, at: target(), other: random.between(1, servers + clients) };
		case "slowLink":
			return {
				type: kind,
				at: target(),
				other: random.between(1, servers),
				byUs: tickMs * random.pick([10, 100, 1000]),
				forMs,
			};
		case "slowDisk":
			return { type: kind, at: target(), byUs: tickMs * random.pick([20, 200, 2000]), forMs };
		case "badDisk":
			return { type: kind, at: target(), roomBytes: random.pick([-1, 0, 100, 3000]), forMs };
		case "clockJump":
			return { type: kind, at: target(), byMs: random.pick([-3_600_000, -500, 500, 3_600_000]) };
	}
}

function drawCrash(random: Random, forMs: number): Crash {
	const isPowerLoss = random.chance(0.6);
	const isAtEpoch = random.chance(0.3);
	return {
		isPowerLoss,
		isAtEpoch,
		afterCalls: isAtEpoch ? random.between(1, 6) : random.pick([0, 0, random.below(12)]),
		forMs,
	};
}

/** One alone, one without the leader, two halves, or a bridge that keeps one server in touch with both. */
function drawSides(random: Random, servers: number, clients: number, one: number): { from: number[]; to: number[] } {
	const all = Array.from({ length: servers }, (_, index) => index + 1);
	const everybody = Array.from({ length: servers + clients }, (_, index) => index + 1);
	switch (random.pick(["alone", "pair", "halves", "bridge"])) {
		case "alone":
			return { from: [one], to: random.chance(0.5) ? all : everybody };
		case "pair":
			return { from: [one], to: [random.pick(all)] };
		case "halves":
			return halves(
				everybody.filter(() => random.chance(0.5)),
				everybody,
			);
		default:
			return halves(
				all.filter(() => random.chance(0.4)),
				all.slice(1),
			);
	}
}

function halves(from: number[], all: readonly number[]): { from: number[]; to: number[] } {
	return { from, to: all.filter((place) => !from.includes(place)) };
}

const paths = ["/a", "/b", "/c"];
const below = ["/a/x", "/a/y", "/b/x"];

function drawClient(random: Random, options: SimOptions): ClientPlan {
	const thinkMs = options.tickMs * random.pick([0.15, 0.3, 0.6, 1, 3]);
	const burst = random.pick([0, 0.3, 0.8]);
	const timeoutMs = random.pick([2, 3, 5, 10]) * options.tickMs;
	const weights = drawHabits(random);
	const script: ScriptStep[] = [];
	for (let atMs = 0; atMs < options.safetyMs && script.length < 150; ) {
		const afterMs = random.chance(burst) ? 0 : random.between(0, 2 * thinkMs);
		script.push({ afterMs, op: drawOp(random, weights) });
		atMs += afterMs;
	}
	return { timeoutMs, script };
}

type OpKind = Exclude<ClientOp["type"], "reconfig">;

function drawHabits(random: Random): Record<OpKind, number> {
	const isWriter = random.chance(0.7);
	return {
		create: isWriter ? 8 : 1,
		set: isWriter ? 8 : 1,
		delete: isWriter ? 4 : 1,
		get: 5,
		exists: 3,
		children: 2,
		multi: random.pick([0, 2]),
		sync: random.pick([0, 1, 4, 20]),
		addWatch: random.pick([0, 1]),
		close: random.pick([0, 0.3]),
		move: random.pick([0, 0.5, 2]),
		abandon: random.pick([0, 0.3]),
	};
}

function drawOp(random: Random, weights: Readonly<Record<OpKind, number>>): ClientOp {
	const kind = random.weighted(weights);
	const path = random.pick(random.chance(0.7) ? paths : below);
	switch (kind) {
		case "create":
		case "set":
		case "delete":
			return drawChange(random, kind, path);
		case "get":
		case "exists":
		case "children":
			return { type: kind, path, watch: random.chance(0.4) };
		case "multi":
			return { type: kind, parts: Array.from({ length: random.between(1, 3) }, () => drawPart(random)) };
		case "sync":
		case "addWatch":
			return { type: kind, path };
		case "close":
		case "move":
		case "abandon":
			return { type: kind };
	}
}

function drawPart(random: Random): MultiPart {
	return drawChange(random, random.pick(["create", "set", "delete"]), random.pick([...paths, ...below]));
}

/** Flags of a create: 0 persistent, 1 ephemeral, 2 and 3 the same with a number of its own. */
function drawChange(random: Random, type: MultiPart["type"], path: string): MultiPart {
	const sizeBytes = random.chance(0.05) ? random.pick([1000, 20_000]) : random.below(40);
	if (type === "set") return { type, path, isExpected: random.chance(0.5), sizeBytes };
	if (type === "delete") return { type, path, isExpected: random.chance(0.3) };
	const flags = random.pick(path.length > 2 ? [0, 1, 1, 2, 3] : [0, 0, 0, 1]);
	return { type, path, flags, sizeBytes };
}
