import type { PeerEffects } from "./contract.js";
import type { LearnerLink } from "./learner-link.js";
import { decodeRequest, decodeRevalidate, decodeTouchedSessions } from "./quorum-bodies.js";
import { describePacketType, packetTypes, type QuorumPacket } from "./quorum-packet.js";

/**
 * Passes on what a synchronised learner says for its clients; while it does not serve, it has none to speak for.
 * @returns what is wrong with it @throws DecodeError
 */
export function takeLearnerRequest(
	learner: LearnerLink,
	packet: QuorumPacket,
	effects: PeerEffects,
): string | undefined {
	const { link } = learner;
	const isServing = learner.stage === "serving";
	switch (packet.type) {
		case packetTypes.PING: {
			learner.answered();
			const sessions = decodeTouchedSessions(packet.data);
			if (isServing) effects.touched(link, sessions);
			return undefined;
		}
		case packetTypes.REQUEST:
			if (isServing) effects.request(link, decodeRequest(packet));
			return undefined;
		case packetTypes.REVALIDATE:
			if (isServing) effects.revalidate(link, decodeRevalidate(packet.data));
			return undefined;
		default:
			return `${describePacketType(packet.type)} is nothing that a learner says`;
	}
}
