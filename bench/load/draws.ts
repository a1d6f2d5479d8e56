import { seededRandom } from "../../conformance/client/random.js";
import { unreachable } from "../../conformance/client/unreachable.js";
import type { Keys, LoadPlan } from "./contract.js";
import { kindNames } from "./kind.js";

/** Lengths without a common factor, so that a session's steps repeat only after four thousand million. */
const kindDraws = 65_537;
const keyDraws = 65_536;
/** Of YCSB's Zipfian choice. */
const zipfExponent = 0.99;
/** One key in a hundred is hot; nine requests of ten go there. */
const hotKeys = 0.01;
const hotRequests = 0.9;

/** Drawn before the load begins, because drawing costs more than an array's element. */
export interface Draws {
	/** `Kind`s. */
	readonly kinds: Uint8Array;
	/** Of all keys. */
	readonly any: Int32Array;
	/** Of a session's own keys, counted from 0. */
	readonly own: Int32Array;
}

export function drawAll(plan: LoadPlan): Draws {
	const random = seededRandom(plan.seed ^ 0x5eed);
	const ownCount = Math.floor(plan.keys.count / plan.sessions);
	return {
		kinds: Uint8Array.from({ length: kindDraws }, kindChooser(plan.mix, random)),
		any: Int32Array.from({ length: keyDraws }, keyChooser(plan.keys.distribution, plan.keys.count, random)),
		own: Int32Array.from({ length: keyDraws }, keyChooser(plan.keys.distribution, Math.max(1, ownCount), random)),
	};
}

function kindChooser(mix: LoadPlan["mix"], random: () => number): () => number {
	const weights = kindNames.map((name) => mix[name] ?? 0);
	const all = weights.reduce((sum, weight) => sum + weight, 0);
	return () => {
		let drawn = random() * all;
		return Math.max(
			weights.findIndex((weight) => {
				drawn -= weight;
				return drawn < 0;
			}),
			0,
		);
	};
}

function keyChooser(distribution: Keys["distribution"], count: number, random: () => number): () => number {
	switch (distribution) {
		case "uniform":
			return () => Math.floor(random() * count);
		case "hot": {
			const hot = Math.max(1, Math.floor(count * hotKeys));
			return () => Math.floor(random() * (random() < hotRequests ? hot : count));
		}
		case "zipf":
			return zipfChooser(count, random);
		default:
			return unreachable(distribution);
	}
}

function zipfChooser(count: number, random: () => number): () => number {
	const sums = new Float64Array(count);
	let sum = 0;
	for (let rank = 0; rank < count; rank++) {
		sum += 1 / (rank + 1) ** zipfExponent;
		sums[rank] = sum;
	}
	return () => firstAbove(sums, random() * sum);
}

function firstAbove(sums: Float64Array, drawn: number): number {
	let low = 0;
	let high = sums.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sums[middle] as number) > drawn) high = middle;
		else low = middle + 1;
	}
	return low;
}
