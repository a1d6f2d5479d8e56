import type { ServerId } from "../model/ids.js";
import type { LearnerStatus, PeerStatus } from "../zab/contract.js";
import { configText } from "../zab/ensemble-config.js";

/** What a member of an ensemble can tell of itself and of the others. */
export interface EnsembleView {
	readonly ownId: ServerId;
	readonly status: PeerStatus;
	readonly initLimit: number;
	readonly syncLimit: number;
	/** Leader: how long the bodies of its proposals were; undefined while there was none. */
	readonly proposalBytes: { readonly last: number; readonly min: number; readonly max: number } | undefined;
}

/** The lines that `conf` has for a member, after those of every server. */
export function membershipLines({ ownId, status, initLimit, syncLimit }: EnsembleView): string[] {
	const own = status.config.members.get(ownId);
	return [
		`serverId=${ownId}`,
		`initLimit=${initLimit}`,
		`syncLimit=${syncLimit}`,
		"electionAlg=3",
		`electionPort=${own?.addresses[0].electionPort ?? -1}`,
		`quorumPort=${own?.addresses[0].quorumPort ?? -1}`,
		`peerType=${own?.role === "observer" ? 1 : 0}`,
		"membership: ",
	];
}

/** Not ended by a newline, as Apache prints it. */
export const membershipText = ({ status }: EnsembleView): string => configText(status.config);

type Figure = readonly [key: string, value: string | number];

/** What `mntr` tells of a member beside what every server has. */
export function ensembleFigures(view: EnsembleView): readonly Figure[] {
	const { status } = view;
	const voters = [...status.config.members.values()].filter(({ role }) => role === "participant").length;
	const shared: Figure[] = [
		["peer_state", `${status.state} - ${status.serving ? "broadcast" : "synchronization"}`],
		["quorum_size", voters],
	];
	if (status.state === "observing") return [...shared, ["observer_master_id", status.leader ?? -1]];
	return status.state === "leading" ? [...shared, ...leaderFigures(view)] : shared;
}

function leaderFigures({ status, proposalBytes }: EnsembleView): readonly Figure[] {
	const synced = status.learners.filter(({ synced }) => synced);
	const votes = ({ id }: LearnerStatus): boolean => status.config.members.get(id)?.role === "participant";
	const followers = synced.filter(({ role }) => role === "follower");
	return [
		["learners", status.learners.length],
		["synced_followers", followers.filter(votes).length],
		["synced_non_voting_followers", followers.filter((learner) => !votes(learner)).length],
		["synced_observers", synced.length - followers.length],
		["last_proposal_size", proposalBytes?.last ?? -1],
		["min_proposal_size", proposalBytes?.min ?? -1],
		["max_proposal_size", proposalBytes?.max ?? -1],
	];
}
