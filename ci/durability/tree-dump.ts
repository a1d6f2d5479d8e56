import type { SessionClient } from "../../conformance/client/session-client.js";
import { type Fields, plainOf } from "../../conformance/client/value.js";
import { mustCall } from "./sessions.js";

/** Everything that clients can learn about each node, by path. */
export type TreeDump = ReadonlyMap<string, unknown>;

/** Its mtime is when each server was started. */
const own = "/zookeeper/config";

/** So many nodes are asked for at once. */
const batch = 200;

/** Reads the whole tree but for what is below `except`; nothing may change meanwhile. */
export async function dumpTree(session: SessionClient, except?: string): Promise<TreeDump> {
	const dump = new Map<string, unknown>();
	const open = ["/"];
	while (open.length > 0) {
		const paths = open.splice(-batch);
		const nodes = await Promise.all(paths.map((path) => readNode(session, path)));
		for (const [at, { names, ...node }] of nodes.entries()) {
			const path = paths[at] as string;
			if (path !== own) dump.set(path, { ...node, names });
			if (path === except) continue;
			for (const name of names) open.push(path === "/" ? `/${name}` : `${path}/${name}`);
		}
	}
	return dump;
}

async function readNode(session: SessionClient, path: string) {
	const [data, acl] = await Promise.all([mustCall(session, "getData", { path }), mustCall(session, "getACL", path)]);
	const isLeaf = (data.value.stat as Fields).numChildren === 0;
	const list = isLeaf ? [] : (await mustCall(session, "getChildren", { path })).value.children;
	const names = (list as readonly string[]).toSorted();
	return { data: plainOf(data.value), acl: plainOf(acl.value.acl ?? null), names };
}

/** One line for each node that is not the same in both. */
export function differences(before: TreeDump, after: TreeDump): string[] {
	return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
		const [one, other] = [textOf(before.get(path)), textOf(after.get(path))];
		return one === other ? [] : [`${path}\n  before ${one}\n  after  ${other}`];
	});
}

/** Session ids are too large for numbers. */
function textOf(value: unknown): string {
	if (value === undefined) return "nothing";
	return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each));
}
