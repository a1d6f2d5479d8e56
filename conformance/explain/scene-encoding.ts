import { constants, deflateRawSync } from "node:zlib";
import type { Lane } from "./lanes.js";
import { type ColumnName, chunkItems, columnNames, type SceneLane } from "./page/scene.js";
import { VarintWriter } from "./page/varints.js";
import type { SceneItems } from "./scene-items.js";
import { describeSession } from "./words.js";

/** Items by lane, and in each lane as they began. */
export interface ItemOrder {
	/** Numbers of items, in the order in which the page has them. */
	readonly items: Uint32Array;
	readonly lanes: readonly SceneLane[];
}

/** Puts the items of a lane beside one another; within a lane they keep their order. */
export function orderItems(items: SceneItems, lanes: readonly Lane[]): ItemOrder {
	const counts = new Uint32Array(lanes.length);
	for (let i = 0; i < items.count; i++) counts[items.lane.at(i)] = (counts[items.lane.at(i)] ?? 0) + 1;
	let first = 0;
	const told = lanes.map(({ session, client, slots }, number): SceneLane => {
		const count = counts[number] ?? 0;
		first += count;
		const name = session === 0n ? "" : describeSession(session);
		return { session: name, client, first: first - count, count, slots: Math.max(1, slots) };
	});
	const next = Uint32Array.from(told, (lane) => lane.first);
	const order = new Uint32Array(items.count);
	for (let i = 0; i < items.count; i++) {
		const lane = items.lane.at(i);
		const place = next[lane] ?? 0;
		next[lane] = place + 1;
		order[place] = i;
	}
	return { items: order, lanes: told };
}

/** The columns of all items, each behind the number of its bytes (four bytes, little-endian), not yet compressed. */
export function encodeColumns(items: SceneItems, order: ItemOrder): Uint8Array {
	const writers = Object.fromEntries(columnNames.map((name) => [name, new VarintWriter()]));
	for (const lane of order.lanes) encodeLane(writers as Record<ColumnName, VarintWriter>, items, order.items, lane);
	const parts = Object.values(writers).flatMap((writer) => {
		const bytes = writer.finish();
		const length = new Uint8Array(4);
		new DataView(length.buffer).setUint32(0, bytes.length, true);
		return [length, bytes];
	});
	return Buffer.concat(parts);
}

function encodeLane(
	to: Record<ColumnName, VarintWriter>,
	items: SceneItems,
	order: Uint32Array,
	{ first, count }: SceneLane,
): void {
	let before = { start: 0, zxid: 0, record: 0, connection: 0 };
	for (let place = first; place < first + count; place++) {
		const i = order[place] ?? 0;
		const now = {
			start: items.start.at(i),
			zxid: items.zxid.at(i),
			record: items.record.at(i),
			connection: items.connection.at(i),
		};
		const reply = items.reply.at(i);
		to.start.unsigned(now.start - before.start);
		to.duration.unsigned(items.end.at(i) - now.start);
		to.kind.unsigned(items.kind.at(i));
		to.flags.unsigned(items.flags.at(i));
		to.slot.unsigned(items.slot.at(i));
		to.path.unsigned(items.path.at(i));
		to.zxid.signed(now.zxid - before.zxid);
		to.err.signed(items.err.at(i));
		to.record.unsigned(now.record - before.record);
		to.reply.unsigned(reply === 0 ? 0 : reply - now.record);
		to.connection.signed(now.connection - before.connection);
		before = now;
	}
}

const tab = Buffer.from("\t");
const newline = Buffer.from("\n");

/** What was asked and what was answered, a line an item, in chunks that a page takes apart only when somebody looks. */
export function* encodeDetails(items: SceneItems, { items: order }: ItemOrder): Generator<string> {
	for (let from = 0; from < order.length; from += chunkItems) {
		const parts: Uint8Array[] = [];
		for (const i of order.subarray(from, from + chunkItems)) {
			const answered = items.answeredBytes(i);
			parts.push(items.askedBytes(i), ...(answered === undefined ? [] : [tab, answered]), newline);
		}
		yield pack(Buffer.concat(parts));
	}
}

/** As the page unpacks it: deflated and in Base64. */
export function pack(bytes: Uint8Array): string {
	return deflateRawSync(bytes, { level: constants.Z_DEFAULT_COMPRESSION }).toString("base64");
}
