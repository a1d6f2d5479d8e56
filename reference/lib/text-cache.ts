import { decodeUtf8 } from "./utf8.js";

/** Ten thousand paths in use rarely take the slot of another; all of them full are some megabytes. */
const slots = 1 << 16;
const cachedBytesMax = 96;

const empty = "";
const texts: string[] = new Array<string>(slots).fill(empty);

/**
 * The text of UTF-8 bytes. Paths come again and again: a short ASCII text that was seen lately is the same string object,
 * which costs no decoding, and in a map no hashing and no comparison of characters either.
 */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
	const slot = end - start > cachedBytesMax ? -1 : slotOf(bytes, start, end);
	if (slot < 0) return decodeUtf8(bytes.subarray(start, end));
	const cached = texts[slot] as string;
	if (cached.length === end - start && isText(cached, bytes, start)) return cached;
	const text = decodeUtf8(bytes.subarray(start, end));
	texts[slot] = text;
	return text;
}

/** By a hash (FNV-1a) of the bytes; −1 when they are not all ASCII. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
	let hash = 0x811c9dc5 | 0;
	let all = 0;
	for (let at = start; at < end; at++) {
		const byte = bytes[at] as number;
		hash = Math.imul(hash ^ byte, 0x01000193);
		all |= byte;
	}
	return all >= 0x80 ? -1 : (hash ^ (hash >>> 15)) & (slots - 1);
}

function isText(text: string, bytes: Uint8Array, start: number): boolean {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
	return true;
}
