import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { busyShares, Calm } from "./calm.js";

/** What may be allocated between two collections of everything, beside what is in use. */
const usualRoomBytes = 96 << 20;
/** V8 gives a larger heap about this much room anyway, and more while it is busy. */
const ownRoomPercent = 50;
const filesBytesMax = 1 << 30;
const thriftBytesMax = 256 << 20;
const checkMs = 1000;

/**
 * Lets V8 collect less often while the heap is small. Bytes from sockets and entries of the log lie outside the heap and
 * count against its limit; beside the ten megabytes of a server under writes that is reached every few thousand of them, and
 * each time everything that lives is marked: a third of the processor time of a member of an ensemble.
 * @param filesBytes what is read before the first timer comes; next to nothing becomes garbage meanwhile, and to mark a tree
 * again and again while it grows would be in vain
 */
export function keepHeapRoom(filesBytes: number): void {
	setFlagsFromString(growing(roomPercent(oldBytes(), usualRoomBytes + Math.min(filesBytes, filesBytesMax))));
	const calm = new Calm();
	const busyShare = busyShares();
	setInterval(() => {
		for (const flag of flagsFor(oldBytes(), calm.check(busyShare()))) setFlagsFromString(flag);
	}, checkMs).unref();
}

/**
 * A server that works gets room. One that is calm gives back what a burst has left: V8 does that by itself only where next to
 * nothing is allocated, and ten thousand sessions that only ping are enough to keep it from it for ever. A large heap is left
 * to V8: to move what lives in it together takes long.
 */
export function flagsFor(usedBytes: number, isCalm: boolean): readonly string[] {
	if (isCalm && usedBytes <= thriftBytesMax) return [growing(0), "--optimize-for-size"];
	return [growing(roomPercent(usedBytes, usualRoomBytes)), "--no-optimize-for-size"];
}

/** How much a heap of that size may grow; 0: as V8 likes. */
export function roomPercent(oldBytes: number, roomBytes: number): number {
	const percent = Math.floor((100 * roomBytes) / oldBytes);
	return percent > ownRoomPercent ? percent : 0;
}

function growing(percent: number): string {
	return `--heap-growing-percent=${percent}`;
}

function oldBytes(): number {
	const old = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith("new_"));
	return old.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
