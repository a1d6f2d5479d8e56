import { Reader } from "../lib/reader.js";
import { decodeUtf8 } from "../lib/utf8.js";
import { Writer } from "../lib/writer.js";
import { type Epoch, epoch, epochOf, type ServerId, serverId, type Zxid, zxid } from "../model/ids.js";
import type { PeerState } from "./contract.js";

/** What a server says for whom it is, and why: the three numbers that are compared, in this order. */
export interface Candidate {
	readonly peerEpoch: Epoch;
	/** Of the last entry in its log. */
	readonly zxid: Zxid;
	readonly leader: ServerId;
}

/** A vote as one server gives it. */
export interface Vote extends Candidate {
	/** Which election of its giver this belongs to (electionEpoch, logicalclock). */
	readonly round: number;
	readonly state: PeerState;
	/** Of the message that it came in; 0 before 3.5. */
	readonly version: number;
}

/** The one message of an election. */
export interface Notification extends Vote {
	/** The configuration that the sender knows, as text. Undefined: an old sender. */
	readonly config: string | undefined;
}

export const notificationVersion = 2;

/** What a server that has no vote puts into all three numbers. */
export const noCandidate: Candidate = {
	peerEpoch: epoch(-(2 ** 63)),
	zxid: zxid(-(2 ** 63)),
	leader: serverId(-(2 ** 63)),
};

const states: readonly PeerState[] = ["looking", "following", "leading", "observing"];

export function encodeNotification(vote: Vote, config: Uint8Array): Uint8Array {
	const writer = new Writer(44 + config.length).int(states.indexOf(vote.state));
	writer.long(vote.leader).long(vote.zxid).long(vote.round).long(vote.peerEpoch);
	return writer.int(notificationVersion).buffer(config).bytes();
}

/** More elections than these no ensemble has seen; rounds are counted on from what others say. */
const roundMax = 2 ** 48;

/** Undefined: too short, numbers that nobody can mean, or a configuration that is longer than the message. */
export function maybeNotification(bytes: Uint8Array): Notification | undefined {
	const heard = bytes.length < 28 ? undefined : read(bytes);
	// Apache's followers of a leader that a reconfiguration has named, without an election, say round −1.
	const roundMin = heard?.state === "looking" ? 0 : -1;
	return heard !== undefined && heard.round >= roundMin && heard.round <= roundMax ? heard : undefined;
}

function read(bytes: Uint8Array): Notification | undefined {
	const reader = new Reader(bytes);
	const state = states[reader.int()];
	if (state === undefined) return undefined;
	const leader = serverId(reader.long());
	const last = zxid(reader.long());
	const round = reader.long();
	// The two old forms are known by their length alone.
	if (bytes.length < 36)
		return { state, leader, zxid: last, round, peerEpoch: epochOf(last), version: 0, config: undefined };
	const vote = { state, leader, zxid: last, round, peerEpoch: epoch(reader.long()) };
	if (bytes.length < 44) return { ...vote, version: 0, config: undefined };
	const version = reader.int();
	const length = reader.int();
	if (length < 0 || length > reader.remaining) return undefined;
	return { ...vote, version, config: decodeUtf8(reader.raw(length)) };
}

/** Above 0 when `a` is the better leader. */
export function compareCandidates(a: Candidate, b: Candidate): number {
	return a.peerEpoch - b.peerEpoch || a.zxid - b.zxid || a.leader - b.leader;
}

/**
 * Whether two votes count as one. The members of a finished election may tell different zxids and rounds: only while
 * somebody is still looking must all numbers agree.
 */
export function sameVote(a: Vote, b: Vote): boolean {
	if (a.leader !== b.leader) return false;
	if (a.state === "looking" || b.state === "looking") {
		return a.zxid === b.zxid && a.round === b.round && a.peerEpoch === b.peerEpoch;
	}
	// Old servers do not tell the epoch that was agreed on.
	return a.version > 0 !== b.version > 0 || a.peerEpoch === b.peerEpoch;
}
