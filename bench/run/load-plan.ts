import type { Address } from "../../conformance/client/connection.js";
import type { Arrival, LoadPlan, Sizes } from "../load/contract.js";
import type { Role } from "../targets/target.js";
import type { Parameters, Where } from "./workload.js";

/** What is the case where a workload says nothing. */
const usual = { sessions: 30, window: 20, bytes: 1024, keys: 3000, warmUpMs: 500, forMs: 2000, sampleMs: 300 };

export interface LoadPlace {
	readonly addresses: readonly Address[];
	readonly roles: readonly (Role | undefined)[];
	readonly root: string;
	readonly seed: number;
	readonly workers: number;
}

/** The load that these parameters describe, given to these servers. */
export function loadPlanOf(parameters: Parameters, place: LoadPlace): LoadPlan {
	const { sessions = usual.sessions, keys = usual.keys, reads = 100, distribution = "uniform" } = parameters;
	return {
		addresses: addressesOf(parameters.on ?? "all", place),
		root: place.root,
		sessions,
		arrival: arrivalOf(parameters),
		mix: parameters.mix ?? mixOf(reads),
		values: sizesOf(parameters),
		keys: { count: keys, distribution },
		warmUpMs: parameters.warmUpMs ?? usual.warmUpMs,
		...timesOf(parameters),
		seed: place.seed,
		workers: place.workers,
		toleratesLoss: parameters.events !== undefined,
	};
}

/** Before a slice counts, its windows are filled and the last one's answers have come: this share of its length. */
const sliceWarmUp = 0.3;

/** With slices as many as reach the wanted time. */
function timesOf({ forMs = usual.forMs, sampleMs = usual.sampleMs, sliceMs }: Parameters) {
	if (sliceMs === undefined) return { measureMs: forMs, sampleMs };
	const slice = { warmUpMs: Math.ceil(sliceMs * sliceWarmUp), measureMs: sliceMs };
	return { measureMs: Math.ceil(forMs / sliceMs) * sliceMs, sampleMs: sliceMs, slice };
}

function mixOf(reads: number): LoadPlan["mix"] {
	if (reads === 100) return { getData: 100 };
	return reads === 0 ? { setData: 100 } : { getData: reads, setData: 100 - reads };
}

function arrivalOf({ rate, window = usual.window }: Parameters): Arrival {
	return rate === undefined ? { kind: "closed", window } : { kind: "open", perSecond: rate };
}

function sizesOf({ bytes = usual.bytes, sizes }: Parameters): Sizes {
	if (sizes !== undefined) return { kind: "weighted", sizes };
	if (typeof bytes === "number") return { kind: "fixed", bytes };
	return { kind: "uniform", least: bytes[0], most: bytes[1] };
}

/** For measurements whose values are all of one size. */
export function mostBytes(bytes: NonNullable<Parameters["bytes"]>): number {
	return typeof bytes === "number" ? bytes : bytes[1];
}

/** A server that is alone is everything at once. */
const wanted: Readonly<Record<Where, readonly (Role | undefined)[]>> = {
	all: ["leader", "follower", "observer", "standalone", undefined],
	leader: ["leader", "standalone"],
	followers: ["follower", "standalone"],
	observers: ["observer"],
};

function addressesOf(where: Where, { addresses, roles }: LoadPlace): readonly Address[] {
	const found = addresses.filter((_, at) => wanted[where].includes(roles[at]));
	if (found.length === 0) throw new Error(`none of the servers is what the workload wants: ${where}`);
	return found;
}
