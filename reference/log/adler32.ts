import { maybeWideAdler32, runBytesMax, type WideAdler32 } from "./wide-adler32.js";

const modulus = 65521;
/** The most bytes whose sums stay below 2^31 before they are reduced. */
const runBytes = 3800;
/** Shorter ones are summed in the time that it takes to copy them. */
const wideBytesMin = 128;

const wide = maybeWideAdler32();

/** The running checksum of log records and snapshots (RFC 1950, section 8.2); starts at 1. */
export function adler32(bytes: Uint8Array, previous = 1): number {
	if (wide === undefined || bytes.length < wideBytesMin) return narrowAdler32(bytes, previous, 0);
	const wideBytes = bytes.length & ~15;
	return narrowAdler32(bytes, wideSum(wide, bytes, wideBytes, previous), wideBytes);
}

function wideSum({ memory, sum }: WideAdler32, bytes: Uint8Array, wideBytes: number, previous: number): number {
	let checksum = previous;
	for (let at = 0; at < wideBytes; at += runBytesMax) {
		// Most are short: a view of all of it is there already.
		memory.set(bytes.length <= runBytesMax ? bytes : bytes.subarray(at, Math.min(at + runBytesMax, wideBytes)));
		checksum = sum(Math.min(runBytesMax, wideBytes - at), checksum);
	}
	return checksum;
}

/** The same, byte by byte, from an index on. */
export function narrowAdler32(bytes: Uint8Array, previous: number, from: number): number {
	let a = previous & 0xffff;
	let b = previous >>> 16;
	for (let at = from; at < bytes.length; ) {
		const end = Math.min(at + runBytes, bytes.length);
		for (; at < end; at++) {
			a += bytes[at] as number;
			b += a;
		}
		a %= modulus;
		b %= modulus;
	}
	return ((b << 16) | a) >>> 0;
}
