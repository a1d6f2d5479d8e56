const modulus = 65521;
/** The most bytes whose sums stay below 2^31 before they are reduced. */
const runBytes = 3800;

/** The running checksum of log records and snapshots (RFC 1950, section 8.2); starts at 1. */
export function adler32(bytes: Uint8Array, previous = 1): number {
	let a = previous & 0xffff;
	let b = previous >>> 16;
	for (let at = 0; at < bytes.length; ) {
		const end = Math.min(at + runBytes, bytes.length);
		// Four at a time, without a sum that waits for the one before it: half the time.
		for (; at + 3 < end; at += 4) {
			const one = bytes[at] as number;
			const two = one + (bytes[at + 1] as number);
			const three = two + (bytes[at + 2] as number);
			const four = three + (bytes[at + 3] as number);
			b += 4 * a + one + two + three + four;
			a += four;
		}
		for (; at < end; at++) {
			a += bytes[at] as number;
			b += a;
		}
		a %= modulus;
		b %= modulus;
	}
	return ((b << 16) | a) >>> 0;
}
