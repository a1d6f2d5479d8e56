import { encodeUtf8 } from "./utf8.js";

const table = makeTable();

/** Eight tables of 256, so that the loop can take eight bytes a turn. */
function makeTable(): Uint32Array {
	const entries = new Uint32Array(8 * 256);
	for (let i = 0; i < 256; i++) {
		let value = i;
		for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
		entries[i] = value;
	}
	for (let i = 256; i < entries.length; i++) {
		const before = at(entries, i - 256);
		entries[i] = (before >>> 8) ^ at(entries, before & 0xff);
	}
	return entries;
}

function at(array: Uint32Array | Uint8Array, index: number): number {
	return array[index] as number;
}

type Crc32 = (bytes: Uint8Array, before: number) => number;

/** For less, another way than the one here does not pay. */
const longBytes = 256;

let crc32OfMany: Crc32 = ownCrc32;

/** Takes another way for long inputs, such as one by an instruction of the processor: it has to give the same sums. */
export function setCrc32OfMany(way: Crc32): void {
	crc32OfMany = way;
}

/** CRC-32 (polynomial 0xEDB88320) as an unsigned number; `before` continues the checksum of what came first. */
export function crc32(bytes: Uint8Array, before = 0): number {
	return bytes.length < longBytes ? ownCrc32(bytes, before) : crc32OfMany(bytes, before);
}

/** The same without the help of others. */
export function ownCrc32(bytes: Uint8Array, before: number): number {
	let crc = ~before;
	let i = 0;
	for (const end = bytes.length - 7; i < end; i += 8) crc = eightBytes(crc, bytes, i);
	for (; i < bytes.length; i++) crc = (crc >>> 8) ^ at(table, (crc ^ at(bytes, i)) & 0xff);
	return ~crc >>> 0;
}

function eightBytes(crc: number, bytes: Uint8Array, i: number): number {
	const low = crc ^ (at(bytes, i) | (at(bytes, i + 1) << 8) | (at(bytes, i + 2) << 16) | (at(bytes, i + 3) << 24));
	return (
		at(table, 0x700 + (low & 0xff)) ^
		at(table, 0x600 + ((low >>> 8) & 0xff)) ^
		at(table, 0x500 + ((low >>> 16) & 0xff)) ^
		at(table, 0x400 + (low >>> 24)) ^
		at(table, 0x300 + at(bytes, i + 4)) ^
		at(table, 0x200 + at(bytes, i + 5)) ^
		at(table, 0x100 + at(bytes, i + 6)) ^
		at(table, at(bytes, i + 7))
	);
}

/**
 * Continues a checksum by the four bytes of a big-endian int. Signed, and so may `before` be: an unsigned number of 32 bits
 * lies in a box of its own half of the time.
 */
export function crc32Int(value: number, before: number): number {
	const crc = ~before;
	return ~(
		at(table, 0x300 + (((value >>> 24) ^ crc) & 0xff)) ^
		at(table, 0x200 + (((value >>> 16) ^ (crc >>> 8)) & 0xff)) ^
		at(table, 0x100 + (((value >>> 8) ^ (crc >>> 16)) & 0xff)) ^
		at(table, (value ^ (crc >>> 24)) & 0xff)
	);
}

/** Of the text's UTF-8 bytes. */
export function crc32OfText(text: string): number {
	let crc = ~0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0x80) return crc32(encodeUtf8(text));
		crc = (crc >>> 8) ^ at(table, (crc ^ unit) & 0xff);
	}
	return ~crc >>> 0;
}
