import assert from "node:assert/strict";
import { errors } from "../model/errors.js";
import type { TestRequest } from "../wire/testing/client-codec.js";
import { create } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

const closed = [{ perms: 16, id: { scheme: "world", id: "anyone" } }];
const badAcl = [{ perms: 31, id: { scheme: "nobody", id: "x" } }];
const ttl = { type: "createTtl", flags: 5 } as const;
const bytes = new Uint8Array(50);

function ttlCreate(path: string, flags: number, ttlMs: number): TestRequest {
	return { ...create(path), type: "createTtl", flags, ttlMs };
}

function setData(path: string, version: number, data = new Uint8Array()): TestRequest {
	return { type: "setData", path, data, version };
}

function remove(path: string, version: number): TestRequest {
	return { type: "delete", path, version };
}

function setAcl(path: string, acl: typeof badAcl, version: number): TestRequest {
	return { type: "setAcl", path, acl, version };
}

/** Each breaks its own rule and at least one of those that come later. */
const table: readonly (readonly [what: string, request: TestRequest, error: number])[] = [
	["create: mode before everything", create("nope", { flags: 9, acl: badAcl }), errors.badArguments],
	["create: TTL before the path", ttlCreate("nope", ttl.flags, 0), errors.badArguments],
	["create: other modes with a TTL", ttlCreate("/fresh", 0, 5), errors.badArguments],
	["create: no slash before the ACL", create("nope", { acl: badAcl }), errors.badArguments],
	["create: ACL before the parent", create("/none/x", { acl: badAcl }), errors.invalidAcl],
	["create: ACL before an existing node", create("/open", { acl: [] }), errors.invalidAcl],
	["create: parent before the rest of the path", create("/none//x"), errors.noNode],
	["create: permission before the rest of the path", create("/closed/."), errors.noAuth],
	["create: permission before an existing node", create("/closed/child"), errors.noAuth],
	["create: path before an ephemeral parent", create("/eph/."), errors.badArguments],
	["create: existing node before the quota", create("/full/child", { data: bytes }), errors.nodeExists],
	["create: ephemeral parent", create("/eph/x"), errors.noChildrenForEphemerals],
	["create: quota", create("/full/more", { data: bytes }), errors.quotaExceeded],
	["delete: special nodes", remove("/zookeeper", 9), errors.badArguments],
	["delete: parent", remove("/none/x", 9), errors.noNode],
	["delete: permission before the node", remove("/closed/none", 9), errors.noAuth],
	["delete: version before children", remove("/open", 9), errors.badVersion],
	["delete: children", remove("/open", -1), errors.notEmpty],
	["delete: -2 is a version", remove("/open/child", -2), errors.badVersion],
	["setData: path", setData("/open/", 9), errors.badArguments],
	["setData: node", setData("/none", 9), errors.noNode],
	["setData: permission before the version", setData("/closed", 9), errors.noAuth],
	["setData: quota before the version", setData("/full", 9, bytes), errors.quotaExceeded],
	["setData: version", setData("/open", 9), errors.badVersion],
	["setAcl: path before the ACL", setAcl("/a/", badAcl, 9), errors.badArguments],
	["setAcl: ACL before the node", setAcl("/none", badAcl, 9), errors.invalidAcl],
	["setAcl: permission before the version", setAcl("/readonly", closed, 9), errors.noAuth],
	["setAcl: version", setAcl("/open", closed, 9), errors.badVersion],
	["getData: node", { type: "getData", path: "/none", watch: true }, errors.noNode],
	["getData: permission", { type: "getData", path: "/closed", watch: true }, errors.noAuth],
	["exists: NUL", { type: "exists", path: "/\0", watch: true }, errors.badArguments],
	["exists: permission", { type: "exists", path: "/closed", watch: true }, errors.noAuth],
	["getAcl: ADMIN will do", { type: "getAcl", path: "/closed" }, errors.ok],
	["getAllChildrenNumber: permission", { type: "getAllChildrenNumber", path: "/closed" }, errors.noAuth],
	["addWatch: mode", { type: "addWatch", path: "", mode: 2 }, errors.marshallingError],
	[
		"removeWatches: type before the watch",
		{ type: "removeWatches", path: "/", watcherType: 6 },
		errors.marshallingError,
	],
	["removeWatches: no watch", { type: "removeWatches", path: "/", watcherType: 3 }, errors.noWatcher],
];

/** A tree with one node for each kind of obstacle. */
function world(): TestServer {
	const server = new TestServer();
	const client = server.connect();
	const limits = Buffer.from("count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=2");
	const setUp = [
		create("/open"),
		create("/open/child"),
		create("/closed"),
		create("/closed/child"),
		create("/eph", { flags: 1 }),
		create("/readonly", { acl: [{ perms: 1, id: { scheme: "world", id: "anyone" } }] }),
		create("/full"),
		create("/full/child"),
		create("/zookeeper/quota/full"),
		create("/zookeeper/quota/full/zookeeper_limits", { data: Uint8Array.from(limits) }),
		create("/zookeeper/quota/full/zookeeper_stats"),
		setAcl("/closed", closed, -1),
	];
	for (const request of setUp) assert.equal(client.code(request), errors.ok);
	return server;
}

describe("which error wins", () => {
	const server = world();
	for (const [what, request, error] of table) {
		it(what, () => {
			const client = server.connect();
			assert.equal(client.code(request), error);
			client.call({ type: "closeSession" });
		});
	}

	it("needs extended types for TTLs", () => {
		const client = new TestServer({ extendedTypesEnabled: false }).connect();
		assert.equal(client.code(ttlCreate("/t", 5, 0)), errors.unimplemented);
	});
});
