/** Uniform in [0, 1). */
export type Random = () => number;

/** Mean 0, standard deviation 1. */
export function normal(random: Random): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
