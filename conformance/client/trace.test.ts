import assert from "node:assert/strict";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "./codec.js";
import { Trace } from "./trace.js";

const codec = new Codec(loadWireSpec());

function request(xid: number, operation: string, fields: Parameters<Codec["encodeRequest"]>[1]): Uint8Array {
	const header = codec.encodeRecord("RequestHeader", { xid, type: codec.operation(operation).code });
	return Buffer.concat([header, codec.encodeRequest(operation, fields, { defaults: true })]);
}

function reply(xid: number, zxid: bigint, err: number, body: Uint8Array = new Uint8Array()): Uint8Array {
	return Buffer.concat([codec.encodeRecord("ReplyHeader", { xid, zxid, err }), body]);
}

/** The lines without their times and bytes. */
const said = (trace: Trace) =>
	trace.lines().map((line) => line.replace(/^ *-?[\d.]+ ms /, "").replace(/ {2}\| .*/, ""));

describe("trace", () => {
	it("says each message in one line and knows what a reply answers", () => {
		const trace = new Trace(codec);
		const alice = trace.connection("alice");
		alice.sent(codec.encodeRecord("ConnectRequest", { timeOut: 9 }), 0);
		alice.received(
			codec.encodeRecord("ConnectResponse", { protocolVersion: 0, timeOut: 9, sessionId: 255n, passwd: null }),
			1,
		);
		alice.sent(request(1, "create", { path: "/a", data: "hi", acl: [] }), 2);
		alice.sent(request(2, "getChildren", "/"), 2);
		alice.received(reply(-1, -1n, 0, codec.encodeRecord("WatcherEvent", { type: 1, state: 3, path: "/a" })), 3);
		alice.received(reply(1, 7n, -110), 4);
		alice.received(reply(2, 7n, 0, codec.encodeReply("getChildren", { children: ["a", "b"] })), 5);
		trace.note("alice", "waits");
		assert.deepEqual(said(trace).slice(1), [
			"alice <- connect protocolVersion=0 timeOut=9 sessionId=0xff passwd=null",
			'alice -> #1 create path=/a data="hi" acl=[] flags=0',
			"alice -> #2 getChildren path=/ watch=false",
			"alice <- event NodeCreated /a SyncConnected zxid=-1",
			"alice <- #1 create NODEEXISTS zxid=0x7",
			"alice <- #2 getChildren OK zxid=0x7 children=[a, b]",
			"alice -- waits",
		]);
	});

	it("shows bytes that cannot be read, an unknown operation and what nobody asked for", () => {
		const trace = new Trace(codec);
		const alice = trace.connection("alice");
		alice.sent(new Uint8Array([1]), 0);
		alice.sent(codec.encodeRecord("RequestHeader", { xid: 3, type: 99 }), 0);
		alice.received(
			codec.encodeRecord("ConnectResponse", { protocolVersion: 0, timeOut: 0, sessionId: 0, passwd: null }),
			1,
		);
		alice.received(reply(-1, -1n, -6), 2);
		alice.received(Buffer.concat([reply(-2, 1n, 0), Buffer.from("more")]), 3);
		assert.deepEqual(said(trace), [
			"alice -> unreadable: ConnectRequest.protocolVersion: 4 bytes expected, 1 left (at byte 0)",
			"alice -> #3 unknown operation 99",
			"alice <- connect protocolVersion=0 timeOut=0 sessionId=0x0 passwd=null",
			"alice <- #-1 no request UNIMPLEMENTED zxid=-1",
			'alice <- #-2 ping OK zxid=0x1 and 4 more bytes "more"',
		]);
	});

	it("reads each connection of a client on its own and gives the last lines", () => {
		const trace = new Trace(codec);
		for (const timeOut of [1, 2, 3]) trace.connection("bob").sent(codec.encodeRecord("ConnectRequest", { timeOut }), 0);
		assert.equal(trace.lines(2).length, 2);
		assert.match(trace.lines(1)[0] ?? "", /bob -> connect .*timeOut=3 .* \| 0{30,}3/);
	});
});
