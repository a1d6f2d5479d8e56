import fc from "fast-check";
import { zxid } from "../../model/ids.js";
import { containerFlags } from "../create-mode.js";
import type { CreateRequest, PathReadRequest, ReadRequest, WriteRequest } from "../requests.js";
import type { TestRequest } from "./client-codec.js";

/** With the prototype that decoded objects have, so that they can be compared. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
	return fc.record(model, { noNullPrototype: true });
}

const path = fc.constantFrom("/", "/a", "/a/b", "/a/b/é", "", "nope");
const version = fc.integer({ min: -2, max: 3 });
const data = fc.option(fc.uint8Array({ maxLength: 20 }));
const id = record({ scheme: fc.constantFrom("world", "digest", "x"), id: fc.string({ maxLength: 8 }) });
const acl = fc.array(record({ perms: fc.integer(), id }), { maxLength: 3 });
const paths = fc.array(path, { maxLength: 3 });

const create: fc.Arbitrary<CreateRequest> = record({
	type: fc.constantFrom("create", "create2", "createContainer"),
	path,
	data,
	acl,
	flags: fc.integer({ min: 0, max: 4 }),
	ttlMs: fc.constant(undefined),
});

const createTtl: fc.Arbitrary<CreateRequest> = record({
	type: fc.constant("createTtl"),
	path,
	data,
	acl,
	flags: fc.integer({ min: 5, max: 6 }),
	ttlMs: fc.integer({ min: -1, max: 2 ** 41 }),
});

const writeRequest: fc.Arbitrary<WriteRequest> = fc.oneof(
	create,
	createTtl,
	record({ type: fc.constant("delete" as const), path, version }),
	record({ type: fc.constant("setData" as const), path, data, version }),
	record({ type: fc.constant("check" as const), path, version }),
);

/** A create whose mode is that of a container is read as a createContainer there. */
const multiPart = writeRequest.filter((part) => part.type !== "create" || part.flags !== containerFlags);

const partRead: fc.Arbitrary<PathReadRequest> = record({
	type: fc.constantFrom("getData", "getChildren"),
	path,
	watch: fc.boolean(),
});

const readRequest: fc.Arbitrary<ReadRequest> = fc.oneof(
	record({ type: fc.constantFrom("exists", "getData", "getChildren", "getChildren2"), path, watch: fc.boolean() }),
	record({ type: fc.constant("multiRead" as const), ops: fc.array(partRead, { maxLength: 3 }) }),
	record({ type: fc.constantFrom("getAcl" as const, "getAllChildrenNumber" as const), path }),
	record({ type: fc.constantFrom("sync" as const, "getEphemerals" as const), path: fc.option(path) }),
	record({ type: fc.constantFrom("ping" as const, "whoAmI" as const) }),
	record({ type: fc.constantFrom("checkWatches", "removeWatches"), path, watcherType: fc.integer() }),
	record({ type: fc.constant("addWatch" as const), path, mode: fc.integer() }),
	record({
		type: fc.constant("setWatches" as const),
		relativeZxid: fc.nat().map(zxid),
		data: paths,
		exist: paths,
		child: paths,
		persistent: paths,
		persistentRecursive: paths,
	}),
);

/** Every operation of the protocol, with well-formed bodies. */
export const request: fc.Arbitrary<TestRequest> = fc.oneof(
	writeRequest,
	readRequest,
	record({ type: fc.constant("multi" as const), ops: fc.array(multiPart, { maxLength: 4 }) }),
	record({ type: fc.constant("setAcl" as const), path, acl: fc.option(acl), version }),
	record({ type: fc.constant("auth" as const), scheme: fc.string(), auth: fc.uint8Array({ maxLength: 9 }) }),
	fc.constant({ type: "closeSession" as const }),
);
