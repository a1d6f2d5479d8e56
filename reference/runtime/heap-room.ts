import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** What may be allocated between two collections of everything, beside what is in use. */
const usualRoomBytes = 96 << 20;
/** V8 gives a larger heap about this much room anyway, and more while it is busy. */
const ownRoomPercent = 50;
const filesBytesMax = 1 << 30;
const checkMs = 1000;

/**
 * Lets V8 collect less often while the heap is small. Bytes from sockets and entries of the log lie outside the heap and
 * count against its limit; beside the ten megabytes of a server under writes that is reached every few thousand of them, and
 * each time everything that lives is marked: a third of the processor time of a member of an ensemble.
 * @param filesBytes what is read before the first timer comes; next to nothing becomes garbage meanwhile, and to mark a tree
 * again and again while it grows would be in vain
 */
export function keepHeapRoom(filesBytes: number): void {
	growBy(roomPercent(oldBytes(), usualRoomBytes + Math.min(filesBytes, filesBytesMax)));
	setInterval(() => growBy(roomPercent(oldBytes(), usualRoomBytes)), checkMs).unref();
}

function growBy(percent: number): void {
	setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** How much a heap of that size may grow; 0: as V8 likes. */
export function roomPercent(oldBytes: number, roomBytes: number): number {
	const percent = Math.floor((100 * roomBytes) / oldBytes);
	return percent > ownRoomPercent ? percent : 0;
}

function oldBytes(): number {
	const old = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith("new_"));
	return old.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
