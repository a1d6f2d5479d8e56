import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, it } from "mocha";
import { recordsOf } from "../history/history.js";
import { historyOf } from "../history/history-builder.js";
import { decodeItems, itemsBetween } from "./page/items.js";
import { flagLost, flagOpen } from "./page/scene.js";
import { findItems, laneOfItem, parseQuery } from "./page/search.js";
import { VarintReader, VarintWriter } from "./page/varints.js";
import { kinds, SceneBuilder } from "./scene-builder.js";
import { encodeColumns, encodeDetails, orderItems } from "./scene-encoding.js";
import { madeUpHeader, madeUpHistory } from "./testing/made-up-history.js";

function sceneOf(calls: number, range: readonly [number, number] = [0, Number.POSITIVE_INFINITY]) {
	const history = historyOf(madeUpHeader, madeUpHistory({ calls, clients: 5, pipelined: 3, stale: 0 }));
	const builder = new SceneBuilder(new Set([7]), range);
	for (const record of recordsOf(history)) builder.add(record);
	builder.finish();
	const order = orderItems(builder.items, builder.lanes.all);
	const items = decodeItems(encodeColumns(builder.items, order), builder.items.count, order.lanes);
	return { history, builder, order, items };
}

describe("a page's scene", () => {
	const { history, builder, order, items } = sceneOf(3000);

	it("has every call and event with its times, zxid, error and records", () => {
		assert.equal(items.start.length, history.calls.count + history.events.length);
		const byRecord = new Map(Array.from(items.record, (record, item) => [record, item]));
		for (let call = 0; call < history.calls.count; call++) {
			const { calls } = history;
			const item = byRecord.get(calls.record.get(call)) ?? -1;
			const lost = calls.outcome.get(call) === 2;
			const open = calls.outcome.get(call) === 0;
			const { start, zxid, err, reply, connection, flags, end, kind, path } = items;
			assert.equal(start[item], calls.atUs.get(call));
			assert.equal(connection[item], calls.connection.get(call));
			assert.equal(kinds[kind[item] ?? 0]?.name, calls.operationOf(call).op);
			assert.equal(builder.paths[path[item] ?? 0], history.texts.textOf(calls.path.get(call)));
			assert.equal(flags[item], lost ? flagLost : open ? flagOpen : 0);
			if (open) continue;
			assert.equal(end[item], calls.endAtUs.get(call));
			assert.equal(reply[item], calls.endRecord.get(call));
			assert.equal(zxid[item], calls.zxid.get(call));
			assert.equal(err[item], calls.err.get(call));
		}
	});

	it("has lanes in the order of time, in which no two calls share a row at once", () => {
		assert.equal(
			order.lanes.reduce((sum, { count }) => sum + count, 0),
			items.start.length,
		);
		for (const { first, count, slots } of order.lanes) {
			const rows = Array.from({ length: slots }, () => 0);
			for (let item = first; item < first + count; item++) {
				assert.ok(item === first || (items.start[item] ?? 0) >= (items.start[item - 1] ?? 0));
				if (kinds[items.kind[item] ?? 0]?.look === "event") continue;
				const row = items.slot[item] ?? 0;
				assert.ok((rows[row] ?? Number.NaN) <= (items.start[item] ?? 0));
				rows[row] = items.end[item] ?? 0;
			}
		}
	});

	it("finds what is seen between two times, also what began before", () => {
		const [lane] = order.lanes;
		assert.ok(lane !== undefined);
		const middle = lane.first + Math.floor(lane.count / 2);
		const atUs = ((items.start[middle] ?? 0) + (items.end[middle] ?? 0)) / 2;
		const [from, to] = itemsBetween(items, lane, atUs, atUs + 1);
		const seen = Array.from({ length: lane.count }, (_, i) => lane.first + i).filter(
			(item) => (items.end[item] ?? 0) >= atUs && (items.start[item] ?? 0) < atUs + 1,
		);
		assert.ok(seen.includes(middle));
		assert.ok(seen.every((item) => item >= from && item < to));
	});

	it("tells details that say what was asked and answered, a line an item", () => {
		const lines = [...encodeDetails(builder.items, order)].flatMap((chunk) =>
			inflateRawSync(Buffer.from(chunk, "base64")).toString("utf8").trimEnd().split("\n"),
		);
		assert.equal(lines.length, items.start.length);
		const item = items.err.findIndex((err, i) => err === 0 && kinds[items.kind[i] ?? 0]?.name === "getData");
		const [asked = "", answered = ""] = lines[item]?.split("\t") ?? [];
		assert.deepEqual(Object.keys(JSON.parse(asked) as object), ["watch"]);
		const { data, stat } = JSON.parse(answered) as { data: string; stat: unknown[] };
		assert.match(data, /^v\d+$/);
		assert.equal(stat.length, 11);
	});

	it("knows where the records of a finding are", () => {
		assert.equal(builder.places.size, 1);
		assert.ok(builder.places.has(7));
	});

	it("leaves out what is far away, and counts it", () => {
		const part = sceneOf(3000, [1000, 2000]);
		assert.equal(part.builder.items.count + part.builder.leftOut, items.start.length);
		assert.ok(part.items.record.every((record) => record >= 1000 && record < 2000));
	});

	it("is searched by path, zxid, session and record", () => {
		const head = { lanes: order.lanes, paths: builder.paths };
		const found = (text: string) => [...findItems(head, items, parseQuery(text))];
		const [item = 0] = found("#40");
		assert.ok(items.record[item] === 40 || items.reply[item] === 40);
		const [lane] = order.lanes;
		assert.equal(found(lane?.session ?? "").length, lane?.count);
		assert.ok(found("/r/1").every((i) => builder.paths[items.path[i] ?? 0] === "/r/1"));
		assert.ok(found("r/").length > found("/r/1").length);
		const zxid = items.zxid.find((value) => value > 0) ?? 0;
		assert.ok(found(`0x${zxid.toString(16)}`).every((i) => items.zxid[i] === zxid));
		assert.deepEqual([found(""), found("/nowhere"), found("0xabc")], [[], [], []]);
		const firsts = Float64Array.from(order.lanes, ({ first }) => first);
		assert.equal(laneOfItem(firsts, (order.lanes[1]?.first ?? 0) + 1), 1);
	});

	it("writes numbers of any size so that they are read back", () => {
		const numbers = fc.array(
			fc.oneof(
				fc.maxSafeInteger().map((n) => Math.floor(n / 2)),
				fc.integer(),
			),
		);
		fc.assert(
			fc.property(numbers, (values) => {
				const writer = new VarintWriter();
				for (const value of values) writer.signed(value);
				const reader = new VarintReader(writer.finish());
				assert.deepEqual(
					values.map(() => reader.signed()),
					values,
				);
			}),
		);
	});
});
