import type { ServerId, Zxid } from "../model/ids.js";
import type { EnsembleConfig } from "./ensemble-config.js";
import type { MemberAddress } from "./member.js";
import { quorumOf } from "./quorum.js";

/** Whether a leader goes on under another configuration: it still has a vote, and is still found where it was. */
export function staysLeader(id: ServerId, address: MemberAddress | undefined, config: EnsembleConfig): boolean {
	const member = config.members.get(id);
	if (member?.role !== "participant" || address === undefined) return false;
	const [first] = member.addresses;
	return first.host === address.host && first.quorumPort === address.quorumPort;
}

/** Of the voters of `next` the one that has most of what was proposed; undefined when no other server may lead. */
export function maybeSuccessor(
	id: ServerId,
	next: EnsembleConfig,
	flushed: ReadonlyMap<ServerId, Zxid>,
): ServerId | undefined {
	const { weightOf } = quorumOf(next);
	const candidates = [...flushed].filter(([of]) => of !== id && weightOf(of) > 0);
	return candidates.sort(([a, hasA], [b, hasB]) => hasB - hasA || b - a)[0]?.[0];
}
