import type { ServerId } from "../model/ids.js";
import type { EnsembleConfig, Groups } from "./ensemble-config.js";

/** Which servers together may decide. Any two quorums of one configuration have a server in common. */
export interface Quorum {
	readonly voters: ReadonlySet<ServerId>;
	/** Those of them that everybody knows: while a reconfiguration is under way, not the ones it brings. */
	readonly known: ReadonlySet<ServerId>;
	/** Ids of others may be among them and do not count. */
	isQuorum(ids: ReadonlySet<ServerId>): boolean;
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
	};
}

function majorityOf(voters: ReadonlySet<ServerId>): Quorum {
	return {
		voters,
		known: voters,
		weightOf: (id) => (voters.has(id) ? 1 : 0),
		isQuorum: (ids) => {
			let count = 0;
			for (const id of ids) if (voters.has(id)) count++;
			return 2 * count > voters.size;
		},
	};
}

/** A majority of the groups that have any weight, and in each of these more than half of its weight. */
function hierarchyOf(voters: ReadonlySet<ServerId>, { groupOf, weightOf }: Groups): Quorum {
	const totals = sums(voters, { groupOf, weightOf });
	return {
		voters,
		known: voters,
		weightOf: (id) => (voters.has(id) ? (weightOf.get(id) ?? 0) : 0),
		isQuorum: (ids) => {
			const held = sums(
				[...ids].filter((id) => voters.has(id)),
				{ groupOf, weightOf },
			);
			const won = [...held].filter(([group, weight]) => 2 * weight > (totals.get(group) ?? 0));
			return 2 * won.length > totals.size;
		},
	};
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
