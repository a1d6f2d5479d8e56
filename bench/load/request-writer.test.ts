import assert from "node:assert/strict";
import fc from "fast-check";
import { Codec } from "../../conformance/client/codec.js";
import { type Message, MessageReader } from "../../conformance/client/message.js";
import type { Fields } from "../../conformance/client/value.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Outbox } from "./outbox.js";
import { RequestWriter } from "./request-writer.js";
import { Splitter, viewOf } from "./splitter.js";
import { Values } from "./values.js";

const codec = new Codec(loadWireSpec());
const root = "/some/root";
const values = new Values({ kind: "uniform", least: 0, most: 40 }, 3);
const number = fc.integer({ min: 0, max: 99_999_999 });
const xid = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const sequence = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** What the protocol's description reads in what was written, behind a handshake. */
function read(write: (requests: RequestWriter) => void): Message[] {
	const out = new Outbox(16);
	const requests = new RequestWriter(codec, root, values, out);
	requests.connect(5, 3000, 7n, new Uint8Array(16));
	write(requests);
	const reader = new MessageReader(codec);
	const messages: Message[] = [];
	const splitter = new Splitter((bytes, _, at, end) =>
		messages.push(reader.sent(Uint8Array.from(bytes.subarray(at, end)))),
	);
	assert.equal(splitter.feed(out.bytes, viewOf(out.bytes), out.length), undefined);
	return messages;
}

function valueBytes(key: number, count: number): Buffer {
	const bytes = Buffer.alloc(values.lengthOf(key, count));
	values.write(bytes, 0, bytes.length, key, count);
	return bytes;
}

function isRequest(message: Message | undefined, operation: string, number: number, body: Fields): void {
	assert.ok(message?.kind === "request", `${message?.kind}`);
	assert.deepEqual([message.operation, message.xid, message.rest.length], [operation, number, 0]);
	const shown = Object.fromEntries(Object.keys(body).map((name) => [name, message.body[name]]));
	assert.deepEqual(shown, body);
}

const pad = (value: number) => String(value).padStart(8, "0");

describe("request writer", () => {
	it("begins with the handshake", () => {
		const [first] = read(() => undefined);
		assert.ok(first?.kind === "connectRequest");
		assert.deepEqual([first.body.lastZxidSeen, first.body.timeOut, first.body.sessionId], [5n, 3000, 7n]);
	});

	it("patches what the protocol's codec has encoded", () => {
		fc.assert(
			fc.property(xid, number, number, (id, key, child) => {
				const all = read((requests) => {
					requests.getData(id, key);
					requests.exists(id, key);
					requests.watch(id, key);
					requests.getChildren(id, key);
					requests.delete(id, key, child);
					requests.sync(id);
				});
				const path = `${root}/k${pad(key)}`;
				isRequest(all[1], "getData", id, { path, watch: false });
				isRequest(all[2], "exists", id, { path, watch: false });
				isRequest(all[3], "exists", id, { path, watch: true });
				isRequest(all[4], "getChildren", id, { path: `${root}/c${pad(key)}`, watch: false });
				isRequest(all[5], "delete", id, { path: `${root}/c${pad(key)}/n${pad(child)}`, version: -1 });
				isRequest(all[6], "sync", id, { path: root });
			}),
		);
	});

	it("puts values of all lengths in their place", () => {
		fc.assert(
			fc.property(xid, number, number, sequence, (id, key, other, count) => {
				const all = read((requests) => {
					requests.setData(id, key, count);
					requests.create(id, key, other);
					requests.multi(id, key, count, other, count);
				});
				const part = (each: number) => ({
					setData: { path: `${root}/k${pad(each)}`, data: Uint8Array.from(valueBytes(each, count)), version: -1 },
				});
				isRequest(all[1], "setData", id, part(key).setData);
				isRequest(all[2], "create", id, {
					path: `${root}/c${pad(key)}/n${pad(other)}`,
					data: Uint8Array.from(valueBytes(key, other)),
					flags: 0,
				});
				isRequest(all[3], "multi", id, { ops: [part(key), part(other)] });
			}),
		);
	});

	it("keeps a session alive, and ends it", () => {
		const all = read((requests) => {
			requests.ping();
			requests.closeSession(9);
		});
		isRequest(all[1], "ping", -2, {});
		isRequest(all[2], "closeSession", 9, {});
	});
});
