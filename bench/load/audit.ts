import type { Address } from "../../conformance/client/connection.js";
import { Bulk, BulkError, type BulkReply } from "./bulk.js";
import type { Children } from "./children.js";
import { statBytes, versionAt } from "./reply-layout.js";
import type { Shared } from "./shared.js";

/** Of keys that were never written, a worker looks at this many at most. */
const unwrittenMost = 100_000;

/** What one worker's sessions are answerable for. */
export interface Audited {
	readonly sessions: ReadonlyMap<number, Children>;
	readonly hasChildren: boolean;
}

/**
 * After the load, reads every key and every listing of these sessions through every server, behind a sync: what was
 * acknowledged must be there. This is what finds an acknowledged write that never happened.
 */
export async function audit(shared: Shared, audited: Audited): Promise<void> {
	let reached = 0;
	for (const address of shared.plan.addresses) if (await auditThrough(address, shared, audited)) reached++;
	if (reached > 0) return;
	shared.breaches.add("connection", () => "after the load no server could be asked for what was written");
}

/** Says whether the server could be asked; where servers are hurt one may be down. */
async function auditThrough(address: Address, shared: Shared, audited: Audited): Promise<boolean> {
	const where = `${address.host}:${address.port}`;
	try {
		const bulk = await Bulk.open([address], shared.codec);
		await bulk.call("sync", shared.plan.root);
		await auditKeys(bulk, where, shared, audited);
		if (audited.hasChildren) await auditChildren(bulk, where, shared, audited);
		await bulk.close();
		return true;
	} catch (error) {
		if (!(error instanceof BulkError)) throw error;
		if (!shared.plan.toleratesLoss) {
			shared.breaches.add("connection", () => `${where} could not be asked for what was written: ${error.message}`);
		}
		return false;
	}
}

async function auditKeys(bulk: Bulk, where: string, shared: Shared, audited: Audited): Promise<void> {
	const keys = keysOf(shared, audited);
	await bulk.each(
		keys.length,
		(index, xid) => shared.requests.getData(xid, keys[index] as number, bulk.outbox),
		(index, reply) => auditKey(keys[index] as number, reply, where, shared),
	);
}

function keysOf({ plan, keys }: Shared, { sessions }: Audited): Int32Array {
	const found: number[] = [];
	let unwritten = 0;
	for (const session of sessions.keys()) {
		for (let key = session; key < plan.keys.count; key += plan.sessions) {
			if ((keys.sequences[key] as number) > 0 || unwritten++ < unwrittenMost) found.push(key);
		}
	}
	return Int32Array.from(found);
}

function auditKey(key: number, { err, bytes, view, at, end }: BulkReply, where: string, shared: Shared): void {
	const { keys, values, breaches, plan } = shared;
	if (err !== 0) {
		breaches.add("lost-write", () => `after the load ${where} answers getData of key ${key} by error ${err}`);
		return;
	}
	const length = view.getInt32(at);
	const version = view.getInt32(end - statBytes + versionAt);
	const due = keys.due(key, keys.sequences[key] as number);
	const least = due - (keys.inDoubt[key] as number);
	if (version < least || version > due) {
		breaches.add(
			"lost-write",
			() => `after the load ${where} shows key ${key} at version ${version}, ${least} was acknowledged`,
		);
		return;
	}
	const sequence = values.maybeSequence(view, at + 4, length) ?? version;
	const isDue = plan.toleratesLoss ? sequence >= version : sequence === version;
	const isWritten = isDue && length === values.lengthOf(key, sequence) && end - at === 4 + length + statBytes;
	if (isWritten && values.isRight(bytes, view, at + 4, length, key, sequence, true)) return;
	breaches.add("data", () => `after the load ${where} shows key ${key} at version ${version} with other bytes`);
}

async function auditChildren(bulk: Bulk, where: string, shared: Shared, { sessions }: Audited): Promise<void> {
	const all = [...sessions];
	await bulk.each(
		all.length,
		(index, xid) => shared.requests.getChildren(xid, all[index]?.[0] ?? 0, bulk.outbox),
		(index, { err, view, at }) => {
			const [session, children] = all[index] as [number, Children];
			const count = err === 0 ? view.getInt32(at) : 0;
			const least = children.count + children.leftLeast;
			if (count >= least && count <= children.count + children.leftMost) return;
			shared.breaches.add(
				"lost-write",
				() => `after the load ${where} shows ${count} children of session ${session}, ${least} were acknowledged`,
			);
		},
	);
}
