const runLength = 24;

/**
 * The numbers from 0 to `count - 1` in the order of their keys; of equal keys the smaller number comes first. Histories are
 * nearly in order already: runs that meet in order cost one comparison, and of others only what overlaps is merged.
 */
export function sortedBy(count: number, keyOf: (index: number) => number): Int32Array {
	const keys = new Float64Array(count);
	const order = new Int32Array(count);
	for (let index = 0; index < count; index++) {
		keys[index] = keyOf(index);
		order[index] = index;
	}
	for (let start = 0; start < count; start += runLength) {
		insertionSort(order, keys, start, Math.min(start + runLength, count));
	}
	const scratch = new Int32Array(count);
	for (let width = runLength; width < count; width *= 2) {
		for (let start = 0; start + width < count; start += 2 * width) {
			merge(order, keys, scratch, { start, middle: start + width, end: Math.min(start + 2 * width, count) });
		}
	}
	return order;
}

interface Halves {
	readonly start: number;
	readonly middle: number;
	readonly end: number;
}

function keyAt(order: Int32Array, keys: Float64Array, place: number): number {
	return keys[order[place] as number] as number;
}

function insertionSort(order: Int32Array, keys: Float64Array, start: number, end: number): void {
	for (let place = start + 1; place < end; place++) {
		const item = order[place] as number;
		const key = keys[item] as number;
		let hole = place;
		while (hole > start && keyAt(order, keys, hole - 1) > key) {
			order[hole] = order[hole - 1] as number;
			hole--;
		}
		order[hole] = item;
	}
}

function merge(order: Int32Array, keys: Float64Array, scratch: Int32Array, halves: Halves): void {
	const { middle } = halves;
	const lowest = keyAt(order, keys, middle);
	const highest = keyAt(order, keys, middle - 1);
	if (highest <= lowest) return;
	let start = middle - 1;
	while (start > halves.start && keyAt(order, keys, start - 1) > lowest) start--;
	let end = middle + 1;
	while (end < halves.end && keyAt(order, keys, end) < highest) end++;
	mergeOverlap(order, keys, scratch, { start, middle, end });
}

/** The left half moves out of the way; the right one is never overtaken by what is written. */
function mergeOverlap(order: Int32Array, keys: Float64Array, scratch: Int32Array, halves: Halves): void {
	const { start, middle, end } = halves;
	const leftLength = middle - start;
	scratch.set(order.subarray(start, middle));
	let left = 0;
	let right = middle;
	let place = start;
	while (left < leftLength) {
		const takesRight = right < end && keyAt(order, keys, right) < keyAt(scratch, keys, left);
		order[place++] = (takesRight ? order[right++] : scratch[left++]) as number;
	}
}
