import type { SessionClient } from "../../conformance/client/session-client.js";
import type { Value } from "../../conformance/client/value.js";
import { mustCall } from "./sessions.js";

const acl = [
	{ perms: ["READ", "WRITE"], id: { scheme: "digest", id: "bob:kUpSbqf9hlObhu7CSxZ5UQTtKbo=" } },
	{ perms: "ALL", id: { scheme: "world", id: "anyone" } },
];

/** One of everything that ends in log and snapshot, failures included, below a node of this name. */
function requestsBelow(root: string): readonly (readonly [operation: string, fields: Value])[] {
	return [
		["create", { path: root, data: "root" }],
		["create2", { path: `${root}/null`, data: null, acl }],
		["create", { path: `${root}/ü`, data: { hex: "00ff10" } }],
		["create", { path: `${root}/s-`, flags: "PERSISTENT_SEQUENTIAL" }],
		["create", { path: `${root}/s-`, flags: "PERSISTENT_SEQUENTIAL" }],
		["create", { path: `${root}/gone` }],
		["create", { path: `${root}/gone/below` }],
		["delete", `${root}/gone`],
		["delete", `${root}/gone/below`],
		["delete", `${root}/gone`],
		["create", { path: `${root}/ephemeral`, data: "e", flags: "EPHEMERAL" }],
		["create", { path: `${root}/e-`, flags: "EPHEMERAL_SEQUENTIAL" }],
		["createContainer", { path: `${root}/container` }],
		["create", { path: `${root}/container/kept` }],
		["createTTL", { path: `${root}/ttl`, ttl: 86_400_000 }],
		["setData", { path: `${root}/ü`, data: "changed", version: 0 }],
		["setData", { path: `${root}/ü`, data: "no", version: 7 }],
		["setACL", { path: `${root}/s-0000000001`, acl, version: 0 }],
		["create", { path: `/zookeeper/quota${root}` }],
		["create", { path: `/zookeeper/quota${root}/zookeeper_limits`, data: "count=100,bytes=1000" }],
		["create", { path: `/zookeeper/quota${root}/zookeeper_stats`, data: "count=0,bytes=0" }],
		["create", { path: `${root}/counted`, data: "four" }],
		[
			"multi",
			{ ops: [{ create: `${root}/m` }, { setData: { path: `${root}/m`, data: "m" } }, { create2: `${root}/n` }] },
		],
		["multi", { ops: [{ create2: `${root}/kept` }, { createContainer: `${root}/c` }, { create: `${root}/c/kept` }] }],
		["multi", { ops: [{ create: `${root}/o` }, { delete: `${root}/missing` }, { create: `${root}/p` }] }],
		["multi", { ops: [{ check: { path: `${root}/m`, version: 1 } }, { delete: `${root}/n` }] }],
		...Array.from({ length: 60 }, (_, i) => ["create", { path: `${root}/many-${i}`, data: "x".repeat(i) }] as const),
		...Array.from({ length: 60 }, (_, i) => ["setData", { path: `${root}/many-${i}`, data: `${i}` }] as const),
		...Array.from({ length: 30 }, (_, i) => ["delete", `${root}/many-${2 * i}`] as const),
	];
}

/** Sends all of it at once and gives the result codes in order. */
export async function write(session: SessionClient, root: string): Promise<number[]> {
	const replies = await Promise.all(requestsBelow(root).map(([operation, fields]) => session.call(operation, fields)));
	return replies.map(({ err }) => err);
}

/** So many requests are on their way at once. */
const batch = 1000;

/** Makes that many nodes below one, with data, access lists and times to live in turn. */
export async function writeMany(session: SessionClient, nodes: number): Promise<void> {
	if (nodes === 0) return;
	await mustCall(session, "create", { path: "/many" });
	for (let first = 0; first < nodes; first += batch) {
		const indexes = Array.from({ length: Math.min(batch, nodes - first) }, (_, at) => first + at);
		await Promise.all(indexes.map((index) => writeOne(session, `/many/${index}`, index)));
	}
}

function writeOne(session: SessionClient, path: string, index: number): Promise<unknown> {
	const data = "x".repeat(index % 100);
	if (index % 10 === 0) return mustCall(session, "createTTL", { path, data, ttl: 86_400_000 + index });
	return mustCall(session, "create", { path, data, ...(index % 10 === 1 ? { acl } : {}) });
}
