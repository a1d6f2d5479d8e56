import { counterOf, type Epoch, epochOf, type Zxid, zxidZero } from "../model/ids.js";
import type { PeerStorage, Proposal } from "./contract.js";

/** How a learner comes to have exactly what the leader has committed. */
export type SyncPlan =
	/** What it has is a prefix: it needs the entries that follow. */
	| { readonly type: "diff"; readonly entries: Iterable<Proposal> }
	/** It has more than a prefix: back to `to` first. */
	| { readonly type: "truncate"; readonly to: Zxid; readonly entries: Iterable<Proposal> }
	| { readonly type: "snapshot" };

/** What the plan is made from: all of it is committed. */
export type Committed = Pick<PeerStorage, "lastAppliedZxid" | "committed" | "maybeLogged">;

const snapshot: SyncPlan = { type: "snapshot" };

/**
 * Chooses for a learner whose log ends at `last`; below 0 when it asks for a snapshot. `epoch`: the leader's own.
 *
 * 1. A zxid in both logs means that both are the same up to it: a leader proposes each zxid once, and its followers log its
 *    proposals without gaps.
 * 2. So the learner may keep what lies before the highest zxid that the leader has in the learner's last epoch. Where the
 *    leader has nothing of that epoch, nothing is known to be shared: its last zxid before that may be one of a change that
 *    the learner never saw. But an entry of the leader's own epoch shows that the learner has all that it began with.
 * 3. Counter 0 is no transaction (Apache reports it for a state taken over at the beginning of an epoch), and does not tell
 *    which transactions came before.
 * 4. What is proposed and not committed does not count: the learner has applied all of its log, and would show it to clients.
 */
export function planSync(last: Zxid, leader: Committed, epoch: Epoch): SyncPlan {
	if (last === leader.lastAppliedZxid) return { type: "diff", entries: [] };
	if (last < 0 || counterOf(last) === 0) return snapshot;
	const first = leader.committed.firstZxid ?? leader.lastAppliedZxid;
	if (last < first) return fromLog(last, leader);
	const shared = lastUpTo(last, leader);
	const entries = between(leader.committed, shared, leader.lastAppliedZxid);
	if (shared === last) return { type: "diff", entries };
	if (counterOf(shared) === 0) return snapshot;
	if (epochOf(last) !== epoch && epochOf(last) !== epochOf(shared)) return snapshot;
	return { type: "truncate", to: shared, entries };
}

function fromLog(last: Zxid, leader: Committed): SyncPlan {
	const entries = leader.maybeLogged(last);
	return entries === undefined ? snapshot : { type: "diff", entries };
}

function lastUpTo(last: Zxid, { committed, lastAppliedZxid }: Committed): Zxid {
	if (last >= lastAppliedZxid) return lastAppliedZxid;
	let shared = zxidZero;
	for (const { zxid } of committed) {
		if (zxid > last) break;
		shared = zxid;
	}
	return shared;
}

function* between(entries: Iterable<Proposal>, after: Zxid, upTo: Zxid): Generator<Proposal> {
	for (const entry of entries) if (entry.zxid > after && entry.zxid <= upTo) yield entry;
}

/** "DIFF", "TRUNC to 0x100000007", "SNAP". */
export function describePlan(plan: SyncPlan): string {
	if (plan.type === "truncate") return `TRUNC to 0x${plan.to.toString(16)}`;
	return plan.type === "diff" ? "DIFF" : "SNAP";
}
