import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Bulk, BulkError } from "./bulk.js";
import type { LoadPlan, OperationKind } from "./contract.js";
import { folderName, keyName } from "./request-writer.js";
import { Values } from "./values.js";

const childKinds: readonly OperationKind[] = ["create", "delete", "getChildren"];

/** Whether sessions have children of their own. */
export function hasChildren(plan: LoadPlan): boolean {
	return childKinds.some((kind) => (plan.mix[kind] ?? 0) > 0);
}

/**
 * Makes the plan's nodes; what an earlier run left at its root goes first.
 * @throws BulkError when no server takes them
 */
export async function setUp(plan: LoadPlan): Promise<void> {
	await cleanUp(plan);
	const codec = new Codec(loadWireSpec());
	const bulk = await Bulk.open(plan.addresses, codec);
	try {
		mustBeDone(await bulk.call("create", { path: plan.root }), `create ${plan.root}`, codec);
		await makeKeys(plan, codec, bulk);
		if (hasChildren(plan)) await makeFolders(plan, codec, bulk);
	} finally {
		await bulk.close();
	}
}

async function makeKeys(plan: LoadPlan, codec: Codec, bulk: Bulk): Promise<void> {
	const values = new Values(plan.values, plan.seed);
	await bulk.each(
		plan.keys.count,
		(key, xid, out) => {
			const data = new Uint8Array(values.lengthOf(key, 0));
			values.write(data, 0, data.length, key, 0);
			bulk.ask("create", { path: `${plan.root}/${keyName(key)}`, data }, xid, out);
		},
		(key, { err }) => mustBeDone(err, `create ${keyName(key)}`, codec),
	);
}

async function makeFolders(plan: LoadPlan, codec: Codec, bulk: Bulk): Promise<void> {
	await bulk.each(
		plan.sessions,
		(session, xid, out) => bulk.ask("create", `${plan.root}/${folderName(session)}`, xid, out),
		(session, { err }) => mustBeDone(err, `create ${folderName(session)}`, codec),
	);
}

/**
 * Removes the plan's root with all below it, whoever made it; it need not be there.
 * @throws BulkError when a server refuses
 */
export async function cleanUp(plan: Pick<LoadPlan, "addresses" | "root">): Promise<void> {
	const codec = new Codec(loadWireSpec());
	const bulk = await Bulk.open(plan.addresses, codec);
	try {
		mustBeDone(await bulk.call("sync", plan.root), `sync ${plan.root}`, codec);
		let level = [plan.root];
		const levels: string[][] = [];
		while (level.length > 0) {
			levels.push(level);
			level = await childrenOf(level, codec, bulk);
		}
		for (const paths of levels.reverse()) await removeAll(paths, codec, bulk);
	} finally {
		await bulk.close();
	}
}

async function childrenOf(paths: readonly string[], codec: Codec, bulk: Bulk): Promise<string[]> {
	const found: string[] = [];
	await bulk.each(
		paths.length,
		(index, xid, out) => bulk.ask("getChildren", paths[index] ?? "", xid, out),
		(index, { err, bytes, at, end }) => {
			if (err === codec.errorCode("NONODE")) return;
			mustBeDone(err, `getChildren ${paths[index]}`, codec);
			const { children } = codec.decodeReply("getChildren", bytes.subarray(at, end)).value;
			for (const name of (children ?? []) as readonly string[]) found.push(`${paths[index]}/${name}`);
		},
	);
	return found;
}

async function removeAll(paths: readonly string[], codec: Codec, bulk: Bulk): Promise<void> {
	await bulk.each(
		paths.length,
		(index, xid, out) => bulk.ask("delete", paths[index] ?? "", xid, out),
		(index, { err }) => {
			if (err !== codec.errorCode("NONODE")) mustBeDone(err, `delete ${paths[index]}`, codec);
		},
	);
}

function mustBeDone(err: number, what: string, codec: Codec): void {
	if (err !== 0) throw new BulkError(`${what}: ${codec.errorName(err)}`);
}
