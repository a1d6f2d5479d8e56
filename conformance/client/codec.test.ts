import assert from "node:assert/strict";
import { loadWireSpec } from "../../spec/load/wire.js";
import { DecodeError } from "./byte-reader.js";
import { Codec } from "./codec.js";
import { EncodeError } from "./encode.js";
import type { Value } from "./value.js";

const codec = new Codec(loadWireSpec());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Buffer.from(text, "hex");

function refuses(make: () => unknown, message: string): void {
	assert.throws(make, (error) => error instanceof EncodeError && error.message === message);
}

describe("codec", () => {
	it("writes a request from its shorthand and defaults", () => {
		const acl = "000000010000001f00000005776f726c6400000006616e796f6e65";
		const expected = `000000022f61${"00000000"}${acl}00000000`;
		assert.equal(hex(codec.encodeRequest("create", "/a", { defaults: true })), expected);
		assert.equal(hex(codec.encodeRequest("create", { path: "/a" }, { defaults: true })), expected);
	});

	it("lets an operation's defaults go before its record's", () => {
		assert.equal(hex(codec.encodeRequest("createContainer", "/a", { defaults: true }).subarray(-4)), "00000004");
	});

	it("takes enum names, combined flags and bytes in three forms", () => {
		const fields = (data: Value) => ({
			path: "/a",
			data,
			acl: [{ perms: ["READ", "ADMIN"], id: { scheme: "world", id: "anyone" } }],
			flags: "EPHEMERAL_SEQUENTIAL",
		});
		const written = hex(codec.encodeRequest("create2", fields({ hex: "00 ff" }), { defaults: false }));
		assert.equal(written.slice(12, 24), "0000000200ff");
		assert.match(written, /00000011.*00000003$/);
		const repeated = hex(codec.encodeRequest("create2", fields({ text: "x", times: 3 }), { defaults: false }));
		assert.equal(repeated.slice(12, 26), "00000003787878");
		assert.match(hex(codec.encodeRequest("create2", fields(null), { defaults: false })), /^000000022f61ffffffff/);
	});

	it("writes null texts and lists with length -1", () => {
		assert.equal(hex(codec.encodeRequest("sync", { path: null }, { defaults: false })), "ffffffff");
		assert.equal(
			hex(codec.encodeRequest("create", { path: "", acl: null }, { defaults: true })).slice(16, 24),
			"ffffffff",
		);
	});

	it("names the field of a value that does not fit", () => {
		const make = (fields: Value, defaults = true) => codec.encodeRequest("create", fields, { defaults });
		refuses(() => make({ data: "x" }), "create.path: no value is given and there is no default");
		refuses(() => make({ path: "/a" }, false), "create.data: no value is given and there is no default");
		refuses(
			() => make({ path: "/a", flags: 2 ** 31 }),
			"create.flags: expected a whole number of 32 bits, found 2147483648",
		);
		refuses(
			() => make({ path: "/a", flags: "EPHEMERL" }),
			'create.flags: createMode has no "EPHEMERL"; did you mean "EPHEMERAL"?',
		);
		refuses(
			() => make({ pth: "/a" }),
			'create.pth: CreateRequest has no such field; expected one of path, data, acl, flags; did you mean "path"?',
		);
		refuses(
			() => make({ path: "/a", acl: [{ id: { scheme: "world" } }] }),
			"create.acl[0].id.id: no value is given and there is no default",
		);
		refuses(() => codec.operation("creat"), 'creat: there is no such operation; did you mean "create"?');
		refuses(() => codec.encodeRequest("ping", { x: 1 }, { defaults: true }), "ping: takes no fields");
	});

	it("keeps all 64 bits of a long", () => {
		const body = codec.encodeRecord("ConnectRequest", { sessionId: -0x7fffffffffffffffn, timeOut: 1 });
		assert.equal(codec.decodeRecord("ConnectRequest", body).value.sessionId, -0x7fffffffffffffffn);
	});

	it("leaves out an optional last field and reads a record without it", () => {
		const all = codec.encodeRecord("ConnectRequest", {});
		assert.equal(all.length, 45);
		const { value, rest } = codec.decodeRecord("ConnectRequest", all.subarray(0, 44));
		assert.equal("readOnly" in value, false);
		assert.equal(rest.length, 0);
		assert.equal(codec.encodeRecord("ConnectRequest", value, { defaults: false }).length, 44);
	});

	it("writes and reads a multi", () => {
		const ops = [{ create: "/a" }, { check: { path: "/a", version: 0 } }, { delete: "/a" }];
		const body = codec.encodeRequest("multi", { ops }, { defaults: true });
		const { value, rest } = codec.decodeRequest("multi", body);
		assert.equal(rest.length, 0);
		assert.deepEqual(
			(value.ops as readonly object[]).map((op) => Object.keys(op)[0]),
			["create", "check", "delete"],
		);
		assert.equal(hex(codec.encodeRequest("multi", { ops: [] }, { defaults: true })), "ffffffff01ffffffff");
		const last = codec.encodeRequest("multi", { ops: [{ getData: "/a" }] }, { defaults: true });
		assert.equal(hex(last.subarray(0, 9)), "0000000400ffffffff");
	});

	it("reads the results and the failures of a multi", () => {
		const end = "ffffffff01ffffffff";
		const done = codec.decodeReply("multi", bytes(`00000001000000000000${"0000022f61"}000000020000000000${end}`));
		assert.deepEqual(done.value, {
			results: [
				{ type: "create", err: 0, path: "/a" },
				{ type: "delete", err: 0 },
			],
		});
		const failed = codec.decodeReply("multi", bytes(`ffffffff00ffffff9bffffff9b${end}`));
		assert.deepEqual(failed.value, { results: [{ type: "error", err: -101 }] });
		assert.throws(() => codec.decodeReply("multi", bytes(`0000000400000000000000000000${end}`)), DecodeError);
		assert.throws(() => codec.decodeReply("multi", bytes(`ffffffff00ffffff9b00000000${end}`)), /header says err -101/);
	});

	it("gives what follows the last known field", () => {
		const { value, rest } = codec.decodeReply("sync", bytes("000000012faabb"));
		assert.deepEqual(value, { path: "/" });
		assert.equal(hex(rest), "aabb");
		assert.equal(codec.decodeReply("ping", bytes("cc")).rest.length, 1);
	});

	it("refuses lengths beyond the bytes that are left", () => {
		assert.throws(
			() => codec.decodeReply("sync", bytes("7fffffff00")),
			/sync\.path: length 2147483647 with 1 bytes left/,
		);
		assert.throws(() => codec.decodeReply("getChildren", bytes("fffffffe")), /getChildren\.children: length -2/);
	});

	it("joins parts to bytes", () => {
		const parts = [
			{ int: 1 },
			{ ustring: "é" },
			{ hex: "ff" },
			{ text: "x", times: 2 },
			{ Id: { scheme: "a", id: "b" } },
		];
		assert.equal(hex(codec.encodeParts(parts)), "0000000100000002c3a9ff787800000001610000000162");
		assert.equal(hex(codec.encodeParts([{ exists: "/" }])), "000000012f00");
		refuses(() => codec.encodeParts([{ Nothing: 1 }]), 'parts[0]: there is no record "Nothing"');
	});

	it("knows names and numbers", () => {
		assert.equal(codec.errorName(-101), "NONODE");
		assert.equal(codec.errorName(-9999), "-9999");
		assert.equal(codec.errorCode("NODEEXISTS"), -110);
		assert.equal(codec.enumValue("eventType", "NodeDeleted"), 2);
		assert.equal(codec.xid("ping"), -2);
		assert.equal(codec.operation("auth").xid, -4);
		assert.equal(codec.maybeOperationByCode(4)?.name, "getData");
	});
});
