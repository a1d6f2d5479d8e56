import { assert } from "./assert.js";

/**
 * Whole numbers below 2^28, each with a mark from 1 to 7, in some ten bytes, where a Map takes fifty: a number and its mark are
 * one word of four bytes. None are 0, one is its word, a few are a list of words. More are a table with linear probing, at most
 * three quarters full; its first place tells how many they are, and 0 in the others is a free place.
 */
export type Marks = number | readonly number[] | Int32Array;

export const noMarks: Marks = 0;

const markBits = 3;
const markMask = (1 << markBits) - 1;
const numberMax = (1 << (31 - markBits)) - 1;
const listedMax = 8;

/** 0: it is not there. */
export function markOf(marks: Marks, number: number): number {
	if (typeof marks === "number") return marks !== 0 && numberOf(marks) === number ? marks & markMask : 0;
	if (marks instanceof Int32Array) return (marks[placeOf(marks, number)] as number) & markMask;
	return (marks.find((word) => numberOf(word) === number) ?? 0) & markMask;
}

/** With this mark in the place of the number's own; 0: without it. What was given may be changed and is of no more use. */
export function withMark(marks: Marks, number: number, mark: number): Marks {
	assert(number >= 0 && number <= numberMax && (mark & ~markMask) === 0, "number and mark fit into a word");
	const word = mark === 0 ? 0 : (number << markBits) | mark;
	if (marks instanceof Int32Array) return withPlace(marks, placeOf(marks, number), word);
	if (marks === 0 || (typeof marks === "number" && numberOf(marks) === number)) return word;
	const words = wordsOf(marks).filter((other) => numberOf(other) !== number);
	if (word !== 0) words.push(word);
	return packed(words);
}

/** All marks without these bits of them: who is left without any is gone. */
export function withoutBits(marks: Marks, bits: number): Marks {
	const words = wordsOf(marks).map((word) => word & ~bits);
	return packed(words.filter((word) => (word & markMask) !== 0));
}

/** What changes meanwhile does not matter. */
export function forEachMark(marks: Marks, act: (number: number, mark: number) => void): void {
	for (const word of wordsOf(marks)) act(numberOf(word), word & markMask);
}

/** The numbers that are marked. */
export function markedIn(marks: Marks): number[] {
	return wordsOf(marks).map(numberOf);
}

function numberOf(word: number): number {
	return word >>> markBits;
}

function wordsOf(marks: Marks): number[] {
	if (typeof marks === "number") return marks === 0 ? [] : [marks];
	if (!(marks instanceof Int32Array)) return [...marks];
	const words: number[] = [];
	for (let at = 1; at < marks.length; at++) if (marks[at] !== 0) words.push(marks[at] as number);
	return words;
}

function packed(words: readonly number[]): Marks {
	if (words.length <= 1) return words[0] ?? noMarks;
	if (words.length <= listedMax) return [...words];
	let places = listedMax * 2;
	while (words.length * 4 > places * 3) places *= 2;
	const table = new Int32Array(1 + places);
	for (const word of words) table[placeOf(table, numberOf(word))] = word;
	table[0] = words.length;
	return table;
}

function withPlace(table: Int32Array, at: number, word: number): Marks {
	const before = table[at] as number;
	const count = (table[0] as number) + Number(word !== 0) - Number(before !== 0);
	const places = table.length - 1;
	if (word === 0 && before !== 0) free(table, at);
	else table[at] = word;
	table[0] = count;
	const isApt = count * 4 <= places * 3 && count * 8 >= places && count * 2 > listedMax;
	return isApt ? table : packed(wordsOf(table));
}

/** Where the number is, or would be. */
function placeOf(table: Int32Array, number: number): number {
	const mask = table.length - 2;
	let at = homeOf(table, number);
	for (let word = table[1 + at] as number; word !== 0 && numberOf(word) !== number; word = table[1 + at] as number)
		at = (at + 1) & mask;
	return 1 + at;
}

/** Counted from the place behind the first. */
function homeOf(table: Int32Array, number: number): number {
	const hash = Math.imul(number, 0x9e3779b1);
	return (hash ^ (hash >>> 15)) & (table.length - 2);
}

/** What a search would not find behind a free place moves up. */
function free(table: Int32Array, at: number): void {
	const mask = table.length - 2;
	let gap = at - 1;
	for (let next = (gap + 1) & mask; table[1 + next] !== 0; next = (next + 1) & mask) {
		const word = table[1 + next] as number;
		if (((next - homeOf(table, numberOf(word))) & mask) < ((next - gap) & mask)) continue;
		table[1 + gap] = word;
		gap = next;
	}
	table[1 + gap] = 0;
}
