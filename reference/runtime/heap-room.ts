import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** What may be allocated between two collections of everything, beside what is in use. */
const roomBytes = 96 << 20;
/** V8 gives a larger heap about this much room anyway, and more while it is busy. */
const ownRoomPercent = 50;
/** While a server reads its files next to nothing becomes garbage: to look at a growing tree again and again is in vain. */
const startingPercent = 10_000;
const checkMs = 1000;

/**
 * Lets V8 collect less often while the heap is small. Bytes from sockets and entries of the log lie outside the heap and
 * count against its limit; beside the ten megabytes of a server under writes that is reached every few thousand of them, and
 * each time everything that lives is marked: a third of the processor time of a member of an ensemble.
 */
export function keepHeapRoom(): void {
	growBy(startingPercent);
	// Timers wait until the files are read.
	setInterval(() => growBy(roomPercent(oldBytes())), checkMs).unref();
}

function growBy(percent: number): void {
	setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** How much a heap of that size may grow; 0: as V8 likes. */
export function roomPercent(oldBytes: number): number {
	const percent = Math.floor((100 * roomBytes) / oldBytes);
	return percent > ownRoomPercent ? percent : 0;
}

function oldBytes(): number {
	const old = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith("new_"));
	return old.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
