import type { ByteCursor } from "./byte-cursor.js";
import type { ByteSink } from "./byte-sink.js";
import type { Stat } from "./record.js";

/** How many Stats of one path both sides remember. */
const remembered = 4;

/** Before the first Stat of a path. */
const blank: Stat = {
	czxid: 0,
	mzxid: 0,
	ctime: 0,
	mtime: 0,
	version: 0,
	cversion: 0,
	aversion: 0,
	ephemeralOwner: 0n,
	dataLength: 0,
	numChildren: 0,
	pzxid: 0,
};

const fields = [
	"czxid",
	"mzxid",
	"ctime",
	"mtime",
	"version",
	"cversion",
	"aversion",
	"dataLength",
	"numChildren",
	"pzxid",
] as const;

/**
 * Most Stats are one of the last few of their path, or differ from the last one in few fields. Writer and reader remember the
 * same ones: a Stat is written as its place among them, 0 for the latest, or as 4 and its differences to the latest.
 */
export class StatMemory {
	readonly #recent = new Map<string, Stat[]>();

	write(sink: ByteSink, path: string, stat: Stat): void {
		const recent = this.#recentOf(path);
		const place = recent.findIndex((other) => sameStat(other, stat));
		if (place >= 0) {
			sink.byte(place);
			return;
		}
		sink.byte(remembered);
		writeDifference(sink, recent[0] ?? blank, stat);
		remember(recent, stat);
	}

	read(cursor: ByteCursor, path: string): Stat {
		const recent = this.#recentOf(path);
		const known = recent[cursor.byte()];
		if (known !== undefined) return known;
		const stat = readDifference(cursor, recent[0] ?? blank);
		remember(recent, stat);
		return stat;
	}

	forget(): void {
		this.#recent.clear();
	}

	#recentOf(path: string): Stat[] {
		const recent = this.#recent.get(path);
		if (recent !== undefined) return recent;
		const none: Stat[] = [];
		this.#recent.set(path, none);
		return none;
	}
}

function remember(recent: Stat[], stat: Stat): void {
	if (recent.length === remembered) recent.pop();
	recent.unshift(stat);
}

function sameStat(one: Stat, other: Stat): boolean {
	return (
		one.mzxid === other.mzxid &&
		one.pzxid === other.pzxid &&
		one.ephemeralOwner === other.ephemeralOwner &&
		fields.every((field) => one[field] === other[field])
	);
}

/** A bit for each field that differs, the highest for the owner, then the differences. */
function writeDifference(sink: ByteSink, base: Stat, stat: Stat): void {
	let mask = base.ephemeralOwner === stat.ephemeralOwner ? 0 : 1 << fields.length;
	for (let bit = 0; bit < fields.length; bit++) {
		const field = fields[bit] as (typeof fields)[number];
		if (base[field] !== stat[field]) mask |= 1 << bit;
	}
	sink.varint(mask);
	for (let bit = 0; bit < fields.length; bit++) {
		const field = fields[bit] as (typeof fields)[number];
		if ((mask & (1 << bit)) !== 0) sink.signed(stat[field] - base[field]);
	}
	if ((mask & (1 << fields.length)) !== 0) sink.text(stat.ephemeralOwner.toString(16));
}

function readDifference(cursor: ByteCursor, base: Stat): Stat {
	const mask = cursor.varint();
	const read = (bit: number, from: number) => ((mask & (1 << bit)) === 0 ? from : from + cursor.signed());
	return {
		czxid: read(0, base.czxid),
		mzxid: read(1, base.mzxid),
		ctime: read(2, base.ctime),
		mtime: read(3, base.mtime),
		version: read(4, base.version),
		cversion: read(5, base.cversion),
		aversion: read(6, base.aversion),
		dataLength: read(7, base.dataLength),
		numChildren: read(8, base.numChildren),
		pzxid: read(9, base.pzxid),
		ephemeralOwner: (mask & (1 << fields.length)) === 0 ? base.ephemeralOwner : sessionOf(cursor.text()),
	};
}

/** Reads a session as `toString(16)` writes it. */
export function sessionOf(hex: string): bigint {
	return hex.startsWith("-") ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}
