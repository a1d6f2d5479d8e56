import { Arena } from "../lib/arena.js";
import { DecodeError, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import {
	type Epoch,
	epoch,
	type ServerId,
	type SessionId,
	serverId,
	sessionId,
	type Zxid,
	zxid,
} from "../model/ids.js";
import type { ForwardedRequest, Proposal, TouchedSession } from "./contract.js";
import { noZxid, packetTypes, type QuorumPacket, writeAuthinfo } from "./quorum-packet.js";

const proposals = new Arena();

/** The protocol of 3.4 and later: epochs are agreed on, synchronisation ends in NEWLEADER. */
const quorumProtocolVersion = 0x10000;

/** FOLLOWERINFO and OBSERVERINFO: who wants to learn. */
export interface LearnerInfo {
	/** Undefined: the learner says none, the leader draws one below 0. */
	readonly id: ServerId | undefined;
	readonly protocolVersion: number;
	readonly configVersion: Zxid;
}

export function encodeLearnerInfo(id: ServerId, configVersion: Zxid): Uint8Array {
	return new Writer(20).long(id).int(quorumProtocolVersion).long(configVersion).bytes();
}

/** Old servers send the first field only, or the first two, or nothing. */
export function decodeLearnerInfo(data: Uint8Array | null): LearnerInfo {
	const reader = new Reader(data ?? new Uint8Array());
	const id = reader.remaining >= 8 ? serverId(reader.long()) : undefined;
	const protocolVersion = reader.remaining >= 4 ? reader.int() : 0;
	const configVersion = zxid(reader.remaining >= 8 ? reader.long() : 0);
	return { id, protocolVersion, configVersion };
}

/** LEADERINFO. */
export function encodeLeaderInfo(): Uint8Array {
	return new Writer(4).int(quorumProtocolVersion).bytes();
}

/** ACKEPOCH: the learner's currentEpoch, or −1 when it had accepted this epoch before and its word counts no more. */
export function encodeAckEpoch(currentEpoch: Epoch): Uint8Array {
	return new Writer(4).int(currentEpoch).bytes();
}

/** @throws DecodeError */
export function decodeAckEpoch(data: Uint8Array | null): Epoch {
	return epoch(mustHave(data).int());
}

/** REQUEST, the whole packet: the identities travel in its authinfo. */
export function writeRequest(writer: Writer, { session, cxid, opcode, body, ids }: ForwardedRequest): Writer {
	writer.int(packetTypes.REQUEST).long(noZxid);
	writer
		.int(16 + body.length)
		.bigLong(session)
		.int(cxid)
		.int(opcode)
		.raw(body);
	return writeAuthinfo(writer, ids.length === 0 ? null : ids);
}

/** The body is a view of the packet's data. @throws DecodeError */
export function decodeRequest(packet: QuorumPacket): ForwardedRequest {
	const reader = mustHave(packet.data);
	const session = sessionId(reader.bigLong());
	const cxid = reader.int();
	const opcode = reader.int();
	return { session, cxid, opcode, body: reader.raw(reader.remaining), ids: packet.authinfo ?? [] };
}

/** A learner's answer to PING. */
export function encodeTouchedSessions(sessions: readonly TouchedSession[]): Uint8Array {
	const writer = new Writer(12 * sessions.length);
	for (const { session, timeoutMs } of sessions) writer.bigLong(session).int(timeoutMs);
	return writer.bytes();
}

/** Also a learner's REVALIDATE, which has exactly one. @throws DecodeError when the end is missing */
export function decodeTouchedSessions(data: Uint8Array | null): readonly TouchedSession[] {
	const sessions: TouchedSession[] = [];
	const reader = new Reader(data ?? new Uint8Array());
	while (reader.remaining > 0) sessions.push({ session: sessionId(reader.bigLong()), timeoutMs: reader.int() });
	return sessions;
}

/** A learner's question REVALIDATE. */
export const encodeRevalidate = (session: TouchedSession): Uint8Array => encodeTouchedSessions([session]);

/** @throws DecodeError */
export function decodeRevalidate(data: Uint8Array | null): TouchedSession {
	const reader = mustHave(data);
	return { session: sessionId(reader.bigLong()), timeoutMs: reader.int() };
}

export interface RevalidateAnswer {
	readonly session: SessionId;
	readonly valid: boolean;
}

/** The leader's answer to REVALIDATE. */
export function encodeRevalidateAnswer({ session, valid }: RevalidateAnswer): Uint8Array {
	return new Writer(9).bigLong(session).boolean(valid).bytes();
}

/** @throws DecodeError */
export function decodeRevalidateAnswer(data: Uint8Array | null): RevalidateAnswer {
	const reader = mustHave(data);
	return { session: sessionId(reader.bigLong()), valid: reader.boolean() };
}

/**
 * COMMITANDACTIVATE, and INFORMANDACTIVATE before its proposal: who is to lead from this change on.
 * @throws DecodeError
 */
export function decodeDesignatedLeader(data: Uint8Array | null): { leader: ServerId; proposal: Uint8Array } {
	const reader = mustHave(data);
	const leader = serverId(reader.long());
	return { leader, proposal: reader.raw(reader.remaining) };
}

/** COMMITANDACTIVATE and INFORMANDACTIVATE: who leads from here on; for those who lack the proposal, that too. */
export function encodeDesignatedLeader(leader: ServerId, proposal: Uint8Array = new Uint8Array()): Uint8Array {
	return new Writer(8 + proposal.length).long(leader).raw(proposal).bytes();
}

function mustHave(data: Uint8Array | null): Reader {
	if (data === null) throw new DecodeError("a packet without its data");
	return new Reader(data);
}

/** Of PROPOSAL and INFORM. Copied: the chunk that it came in would stay in memory as long as the entry does. */
export function copiedProposal(at: Zxid, data: Uint8Array | null): Proposal {
	return { zxid: at, body: proposals.keep(data ?? new Uint8Array()) };
}
