import { seededRandom } from "../../client/random.js";

/** Whole numbers from 0 to below a bound, the same ones for the same seed. */
export function seededBelow(seed: number): (below: number) => number {
	const random = seededRandom(seed);
	return (below) => Math.floor(random() * below);
}
