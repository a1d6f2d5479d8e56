import type { History } from "../../history/history.js";
import { operationCode } from "../../history/operation-code.js";
import type { HistoryRule, SubOperation } from "../../history/record.js";
import { isAnswered, sessionOfCall } from "../answered.js";
import type { Facts } from "../facts.js";
import type { Report, Rule } from "../rule.js";
import { sessionText, zxidText } from "../words.js";
import { isAcknowledged, isSequential, parentOf, writesOf } from "../write.js";

const clauses = {
	exclusive: "consistency.lock-is-exclusive",
	held: "consistency.lock-writes-are-held",
} as const;

/**
 * A lock by the recipe: `path` is its folder, `guarded` the node that only its holder writes. Who holds it is who saw its own
 * node as the lowest. The order of zxids fences: a former holder's write may come late on the clock, but not behind the zxid
 * at which the next one saw itself as the holder.
 */
export const lock: Rule = {
	name: "lock",
	clauses: Object.values(clauses),
	onDemand: true,
	check,
};

/** Somebody saw its own node as the lowest. */
interface Hold {
	readonly session: bigint;
	readonly node: string;
	readonly sequence: number;
	/** At this zxid at the latest. */
	readonly zxid: number;
	readonly record: number;
}

interface GuardedWrite {
	readonly session: bigint;
	readonly zxid: number;
	readonly callRecord: number;
	readonly replyRecord: number;
	/** The node of the lock that it was sent with; undefined for one that was not fenced. */
	readonly fence: string | undefined;
}

function check({ history }: Facts, report: Report, entry?: HistoryRule): void {
	const path = String(entry?.path);
	const holds = holdsOf(history, path);
	const writes = guardedWrites(history, path, String(entry?.guarded)).toSorted((one, other) => one.zxid - other.zxid);
	const byZxid = holds.toSorted((one, other) => one.zxid - other.zxid);
	const bySession = heldBy(holds);
	let passed = 0;
	let last: Hold | undefined;
	for (const write of writes) {
		for (let next = byZxid[passed]; next !== undefined && next.zxid < write.zxid; next = byZxid[++passed]) {
			if (last === undefined || next.sequence > last.sequence) last = next;
		}
		const own = maybeHoldOf(bySession.get(write.session) ?? [], write);
		if (own === undefined) tellUnheld(report, path, write);
		else if (last !== undefined && last.sequence > own.sequence) tellTwo(report, own, last, write);
	}
}

/** In the order in which they were told. */
function holdsOf(history: History, path: string): Hold[] {
	const { calls, texts } = history;
	const owners = ownersOf(history, path);
	const folder = texts.maybeIdOf(path);
	const holds = new Map<string, Hold>();
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.getChildren || calls.path.get(call) !== folder) continue;
		if (!isAnswered(history, call)) continue;
		const lowest = lowestOf(history, call);
		const session = sessionOfCall(history, call);
		if (lowest === undefined || holds.has(lowest) || !owners.owns(session, lowest)) continue;
		const seen = { zxid: calls.zxid.get(call), record: calls.endRecord.get(call) };
		holds.set(lowest, { session, node: lowest, sequence: sequenceOf(lowest), ...seen });
	}
	return [...holds.values()].toSorted((one, other) => one.record - other.record);
}

function lowestOf({ calls }: History, call: number): string | undefined {
	const result = calls.resultOf(call);
	if (result.op !== "getChildren") return undefined;
	let lowest: string | undefined;
	for (const name of result.names) {
		if (lowest === undefined || sequenceOf(name) < sequenceOf(lowest)) lowest = name;
	}
	return lowest;
}

function sequenceOf(name: string): number {
	return Number(name.slice(-10));
}

/** Whose each node is; one whose create is in doubt is known by its name, if that is nobody else's. */
function ownersOf(history: History, path: string): { owns(session: bigint, name: string): boolean } {
	const { calls } = history;
	const byName = new Map<string, bigint>();
	const byPrefix = new Map<string, bigint>();
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.create) continue;
		for (const { operation, result } of writesOf(calls, call)) {
			if (operation.op !== "create" || !isSequential(operation.mode) || parentOf(operation.path) !== path) continue;
			const nameAt = path.length + 1;
			if (result?.op === "create") byName.set(result.path.slice(nameAt), sessionOfCall(history, call));
			else if (!isAnswered(history, call)) byPrefix.set(operation.path.slice(nameAt), sessionOfCall(history, call));
		}
	}
	return {
		owns: (session, name) => (byName.get(name) ?? byPrefix.get(name.slice(0, -10))) === session,
	};
}

function guardedWrites(history: History, path: string, guarded: string): GuardedWrite[] {
	const { calls } = history;
	const writes: GuardedWrite[] = [];
	for (let call = 0; call < calls.count; call++) {
		const op = calls.op.get(call);
		if (op !== operationCode.multi && op !== operationCode.setData) continue;
		const operations = writesOf(calls, call).map(({ operation }) => operation);
		if (!operations.some((one) => one.op === "setData" && one.path === guarded) || !isAcknowledged(history.calls, call))
			continue;
		writes.push({
			session: sessionOfCall(history, call),
			zxid: calls.zxid.get(call),
			callRecord: calls.record.get(call),
			replyRecord: calls.endRecord.get(call),
			fence: maybeFence(operations, path),
		});
	}
	return writes;
}

function maybeFence(operations: readonly SubOperation[], path: string): string | undefined {
	const check = operations.find((one) => one.op === "check" && parentOf(one.path) === path);
	return check?.path.slice(path.length + 1);
}

function heldBy(holds: readonly Hold[]): ReadonlyMap<bigint, readonly Hold[]> {
	const bySession = new Map<bigint, Hold[]>();
	for (const hold of holds) {
		const own = bySession.get(hold.session);
		if (own === undefined) bySession.set(hold.session, [hold]);
		else own.push(hold);
	}
	return bySession;
}

/** The hold that a write relies on: the one that it names, or its session's last one. */
function maybeHoldOf(holds: readonly Hold[], { callRecord, fence }: GuardedWrite): Hold | undefined {
	return holds.findLast(({ node, record }) => record < callRecord && (fence === undefined || fence === node));
}

function tellUnheld(report: Report, path: string, { session, callRecord, replyRecord }: GuardedWrite): void {
	const text = () =>
		`Session ${sessionText(session)} wrote what ${path} guards and had never seen itself as its holder.`;
	report.violated(clauses.held, [callRecord, replyRecord], text);
}

function tellTwo(report: Report, own: Hold, next: Hold, write: GuardedWrite): void {
	report.violated(clauses.exclusive, [own.record, next.record, write.callRecord, write.replyRecord], () => {
		const taken = `Session ${sessionText(next.session)} saw its ${next.node} as the lowest at zxid ${zxidText(next.zxid)}`;
		const before = `session ${sessionText(own.session)}, which held the lock by ${own.node} before`;
		return `${taken}, and ${before}, wrote at zxid ${zxidText(write.zxid)} what it guards.`;
	});
}
