import type { PeerEffects } from "./contract.js";
import { decodeRevalidateAnswer } from "./quorum-bodies.js";
import { packetTypes, type QuorumPacket } from "./quorum-packet.js";

/** What the leader answers to a learner's server. @returns whether this is such an answer @throws DecodeError */
export function takeAnswer({ type, data }: QuorumPacket, effects: PeerEffects): boolean {
	if (type === packetTypes.SYNC) {
		effects.synced();
		return true;
	}
	if (type !== packetTypes.REVALIDATE) return false;
	const { session, valid } = decodeRevalidateAnswer(data);
	effects.revalidated(session, valid);
	return true;
}
