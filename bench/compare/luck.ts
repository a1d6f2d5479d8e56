/**
 * How probable it is that so many of these values lie on one side of zero when neither side is likelier (sign test, exact).
 * An interval trusts that noise is roughly normal; on a machine where rounds differ by factors it is not, and this is.
 */
export function luckOfSigns(values: readonly number[]): number {
	const below = values.filter((value) => value < 0).length;
	const above = values.filter((value) => value > 0).length;
	const count = above + below;
	let [chosen, sum] = [1, 0];
	for (let other = 0; other <= Math.min(above, below); other++) {
		sum += chosen;
		chosen = (chosen * (count - other)) / (other + 1);
	}
	return Math.min(1, sum / 2 ** count);
}

/** The same of two samples, by how many values of one lie below how many of the other (Mann and Whitney, exact). */
export function luckOfRanks(first: readonly number[], second: readonly number[]): number {
	const below = first.reduce((sum, a) => sum + second.filter((b) => a < b).length, 0);
	const above = first.reduce((sum, a) => sum + second.filter((b) => a > b).length, 0);
	const ways = waysBelow(first.length, second.length);
	const all = ways.reduce((sum, count) => sum + count, 0);
	const fewer = ways.slice(0, Math.min(above, below) + 1).reduce((sum, count) => sum + count, 0);
	return Math.min(1, fewer / all);
}

/** By how many pairs are in the wrong order: in how many orders of both samples together that is so. */
function waysBelow(first: number, second: number): readonly number[] {
	// Adding a value of the second sample at a place behind `0..first` values of the first: that many pairs more.
	let rows: readonly (readonly number[])[] = Array.from({ length: first + 1 }, () => [1]);
	for (let value = 0; value < second; value++) {
		const next: number[][] = [];
		for (let behind = 0; behind <= first; behind++)
			next.push(added(next[behind - 1] ?? [], rows[behind] ?? [], behind));
		rows = next;
	}
	return rows[first] ?? [];
}

/** Ways without a pair of the last place, and ways with `behind` pairs more. */
function added(without: readonly number[], rest: readonly number[], behind: number): number[] {
	const length = Math.max(without.length, rest.length + behind);
	return Array.from({ length }, (_, pairs) => (without[pairs] ?? 0) + (rest[pairs - behind] ?? 0));
}
