import { type ColumnName, columnNames, type SceneLane } from "./scene.js";
import { VarintReader } from "./varints.js";

/** The columns of all items, decoded: absolute numbers, ready to be searched. */
export interface Items {
	readonly start: Float64Array;
	readonly end: Float64Array;
	/** Latest end of an item up to this one in its lane: rises, so that a view can find what still lasts by bisection. */
	readonly latestEnd: Float64Array;
	readonly kind: Uint8Array;
	readonly flags: Uint8Array;
	readonly slot: Uint8Array;
	readonly path: Uint32Array;
	readonly zxid: Float64Array;
	readonly err: Int16Array;
	readonly record: Uint32Array;
	readonly reply: Uint32Array;
	readonly connection: Uint32Array;
}

/**
 * Takes the columns apart: each is preceded by the number of its bytes, in four bytes, little-endian.
 */
export function decodeItems(bytes: Uint8Array, count: number, lanes: readonly SceneLane[]): Items {
	const readers = splitColumns(bytes);
	const items = makeItems(count);
	for (const lane of lanes) decodeLane(readers, items, lane);
	return items;
}

function splitColumns(bytes: Uint8Array): Record<ColumnName, VarintReader> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let at = 0;
	const entries = columnNames.map((name) => {
		const length = view.getUint32(at, true);
		const reader = new VarintReader(bytes.subarray(at + 4, at + 4 + length));
		at += 4 + length;
		return [name, reader] as const;
	});
	return Object.fromEntries(entries) as Record<ColumnName, VarintReader>;
}

function makeItems(count: number): Items {
	return {
		start: new Float64Array(count),
		end: new Float64Array(count),
		latestEnd: new Float64Array(count),
		kind: new Uint8Array(count),
		flags: new Uint8Array(count),
		slot: new Uint8Array(count),
		path: new Uint32Array(count),
		zxid: new Float64Array(count),
		err: new Int16Array(count),
		record: new Uint32Array(count),
		reply: new Uint32Array(count),
		connection: new Uint32Array(count),
	};
}

function decodeLane(readers: Record<ColumnName, VarintReader>, items: Items, { first, count }: SceneLane): void {
	let start = 0;
	let latest = 0;
	let zxid = 0;
	let record = 0;
	let connection = 0;
	for (let i = first; i < first + count; i++) {
		start += readers.start.unsigned();
		const end = start + readers.duration.unsigned();
		latest = Math.max(latest, end);
		items.start[i] = start;
		items.end[i] = end;
		items.latestEnd[i] = latest;
		items.kind[i] = readers.kind.unsigned();
		items.flags[i] = readers.flags.unsigned();
		items.slot[i] = readers.slot.unsigned();
		items.path[i] = readers.path.unsigned();
		items.zxid[i] = zxid += readers.zxid.signed();
		items.err[i] = readers.err.signed();
		items.record[i] = record += readers.record.unsigned();
		const reply = readers.reply.unsigned();
		items.reply[i] = reply === 0 ? 0 : record + reply;
		items.connection[i] = connection += readers.connection.signed();
	}
}

/** The first index from `from` to below `to` whose value is not below the limit; `to` when there is none. */
export function lowerBound(values: Float64Array, limit: number, from: number, to: number): number {
	let low = from;
	let high = to;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((values[middle] ?? 0) < limit) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Items of a lane that are, at least in part, between two times: from the first to below the second index. */
export function itemsBetween(items: Items, lane: SceneLane, fromUs: number, toUs: number): [number, number] {
	const last = lane.first + lane.count;
	return [lowerBound(items.latestEnd, fromUs, lane.first, last), lowerBound(items.start, toUs, lane.first, last)];
}
