import type { ServerId } from "../model/ids.js";
import type { EnsembleConfig, Groups } from "./ensemble-config.js";

/** Which servers together may decide. Any two quorums of one configuration have a server in common. */
export interface Quorum {
	readonly voters: ReadonlySet<ServerId>;
	/** Those of them that everybody knows: while a reconfiguration is under way, not the ones it brings. */
	readonly known: ReadonlySet<ServerId>;
	/** Ids of others may be among them and do not count. */
	isQuorum(ids: ReadonlySet<ServerId>): boolean;
	/** The same by the configuration that everybody knows. */
	isKnownQuorum(ids: ReadonlySet<ServerId>): boolean;
	/** 0: the server may not lead, and its vote changes nothing. */
	weightOf(id: ServerId): number;
}

export function quorumOf(config: EnsembleConfig): Quorum {
	const participants = [...config.members.values()].filter(({ role }) => role === "participant");
	const voters = new Set(participants.map(({ id }) => id));
	return config.groups === undefined ? majorityOf(voters) : hierarchyOf(voters, config.groups);
}

/** What both agree to; `other` is not known to everybody. */
export function bothQuorums(one: Quorum, other: Quorum): Quorum {
	return {
		voters: new Set([...one.voters, ...other.voters]),
		known: one.voters,
		weightOf: (id) => Math.max(one.weightOf(id), other.weightOf(id)),
		isQuorum: (ids) => one.isQuorum(ids) && other.isQuorum(ids),
		isKnownQuorum: one.isQuorum,
	};
}

/** The same, but that the voters of `other` may be elected and have a say in it. */
export function withVotersOf(one: Quorum, other: Quorum): Quorum {
	const { voters, weightOf } = bothQuorums(one, other);
	return { ...one, voters, weightOf };
}

function majorityOf(voters: ReadonlySet<ServerId>): Quorum {
	const isQuorum = (ids: ReadonlySet<ServerId>): boolean => {
		let count = 0;
		for (const id of ids) if (voters.has(id)) count++;
		return 2 * count > voters.size;
	};
	return { voters, known: voters, isQuorum, isKnownQuorum: isQuorum, weightOf: (id) => (voters.has(id) ? 1 : 0) };
}

/** A majority of the groups that have any weight, and in each of these more than half of its weight. */
function hierarchyOf(voters: ReadonlySet<ServerId>, { groupOf, weightOf }: Groups): Quorum {
	const totals = sums(voters, { groupOf, weightOf });
	const isQuorum = (ids: ReadonlySet<ServerId>): boolean => {
		const present = [...ids].filter((id) => voters.has(id));
		const held = sums(present, { groupOf, weightOf });
		const won = [...held].filter(([group, weight]) => 2 * weight > (totals.get(group) ?? 0));
		return 2 * won.length > totals.size;
	};
	const weight = (id: ServerId): number => (voters.has(id) ? (weightOf.get(id) ?? 0) : 0);
	return { voters, known: voters, isQuorum, isKnownQuorum: isQuorum, weightOf: weight };
}

/** Weight by group; groups without any are left out. */
function sums(ids: Iterable<ServerId>, { groupOf, weightOf }: Groups): Map<number, number> {
	const weights = new Map<number, number>();
	for (const id of ids) {
		const group = groupOf.get(id);
		const weight = weightOf.get(id) ?? 0;
		if (group !== undefined && weight > 0) weights.set(group, (weights.get(group) ?? 0) + weight);
	}
	return weights;
}
