import { decodeUtf8 } from "./utf8.js";

/** Ten thousand paths in use rarely take the slot of another; all of them full are some megabytes. */
const slots = 1 << 16;
const cachedBytesMax = 96;

const empty = "";
const texts: string[] = new Array<string>(slots).fill(empty);
/** Of what was looked for last: a text is kept when it comes a second time, and most of a million paths come once. */
const lastHashes = new Int32Array(slots);

/**
 * The text of UTF-8 bytes. Paths come again and again: a short ASCII text that was seen lately is the same string object,
 * which costs no decoding, and in a map no hashing and no comparison of characters either.
 */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
	const hash = end - start > cachedBytesMax ? -1 : hashOf(bytes, start, end);
	if (hash < 0) return decodeUtf8(bytes.subarray(start, end));
	const slot = hash & (slots - 1);
	const cached = texts[slot] as string;
	if (cached.length === end - start && isText(cached, bytes, start)) return cached;
	const text = decodeUtf8(bytes.subarray(start, end));
	if (lastHashes[slot] === hash) texts[slot] = text;
	else lastHashes[slot] = hash;
	return text;
}

/** FNV-1a of the bytes, 31 bits of it; −1 when they are not all ASCII. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
	let hash = 0x811c9dc5 | 0;
	let all = 0;
	for (let at = start; at < end; at++) {
		const byte = bytes[at] as number;
		hash = Math.imul(hash ^ byte, 0x01000193);
		all |= byte;
	}
	return all >= 0x80 ? -1 : (hash ^ (hash >>> 15)) & 0x7fff_ffff;
}

function isText(text: string, bytes: Uint8Array, start: number): boolean {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
	return true;
}
