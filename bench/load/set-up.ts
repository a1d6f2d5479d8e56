import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Bulk, BulkError } from "./bulk.js";
import type { LoadPlan, OperationKind } from "./contract.js";
import { folderName, keyName, RequestWriter } from "./request-writer.js";
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
		mustBeDone(await bulk.call("create", plan.root), `create ${plan.root}`, codec);
		await makeKeys(plan, codec, bulk);
		if (hasChildren(plan)) await makeFolders(plan, codec, bulk);
	} finally {
		await bulk.close();
	}
}

async function makeKeys(plan: LoadPlan, codec: Codec, bulk: Bulk): Promise<void> {
	const requests = new RequestWriter(codec, plan.root, new Values(plan.values, plan.seed), bulk.outbox);
	await bulk.each(
		plan.keys.count,
		(key, xid) => requests.createKey(xid, key),
		(key, { err }) => mustBeDone(err, `create ${keyName(key)}`, codec),
	);
}

async function makeFolders(plan: LoadPlan, codec: Codec, bulk: Bulk): Promise<void> {
	await bulk.each(
		plan.sessions,
		(session, xid) => bulk.askOf("create", `${plan.root}/${folderName(session)}`, xid),
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
		await removeAll([plan.root], codec, bulk);
	} finally {
		await bulk.close();
	}
}

/** Most nodes have no children: whether one has is asked only where its removal was refused. */
async function removeAll(paths: readonly string[], codec: Codec, bulk: Bulk): Promise<void> {
	const parents = await removeChildless(paths, codec, bulk);
	if (parents.length === 0) return;
	await removeAll(await childrenOf(parents, codec, bulk), codec, bulk);
	const refused = await removeChildless(parents, codec, bulk);
	if (refused.length > 0) throw new BulkError(`delete ${refused[0]}: NOTEMPTY, somebody else makes children there`);
}

/** Gives those that have children. */
async function removeChildless(paths: readonly string[], codec: Codec, bulk: Bulk): Promise<string[]> {
	const parents: string[] = [];
	const [isGone, isParent] = [codec.errorCode("NONODE"), codec.errorCode("NOTEMPTY")];
	await bulk.each(
		paths.length,
		(index, xid) => bulk.askOf("delete", paths[index] ?? "", xid),
		(index, { err }) => {
			if (err === isParent) parents.push(paths[index] ?? "");
			else if (err !== isGone) mustBeDone(err, `delete ${paths[index]}`, codec);
		},
	);
	return parents;
}

async function childrenOf(paths: readonly string[], codec: Codec, bulk: Bulk): Promise<string[]> {
	const found: string[] = [];
	await bulk.each(
		paths.length,
		(index, xid) => bulk.askOf("getChildren", paths[index] ?? "", xid),
		(index, { err, bytes, at, end }) => {
			if (err === codec.errorCode("NONODE")) return;
			mustBeDone(err, `getChildren ${paths[index]}`, codec);
			const { children } = codec.decodeReply("getChildren", bytes.subarray(at, end)).value;
			for (const name of (children ?? []) as readonly string[]) found.push(`${paths[index]}/${name}`);
		},
	);
	return found;
}

function mustBeDone(err: number, what: string, codec: Codec): void {
	if (err !== 0) throw new BulkError(`${what}: ${codec.errorName(err)}`);
}
