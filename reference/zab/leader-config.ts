import { encodeUtf8 } from "../lib/utf8.js";
import { type Epoch, zxidOf } from "../model/ids.js";
import { staysLeader } from "./designated-leader.js";
import { configText, withVersion } from "./ensemble-config.js";
import type { Membership } from "./membership.js";
import { encodeQuorumPacket, packetTypes } from "./quorum-packet.js";
import type { RoleParts } from "./role.js";

/** The first configuration of an ensemble gets a version: what a server says that wants to join is older then. */
export function nameVersion(membership: Membership, epoch: Epoch): void {
	const { config, next } = membership;
	if (config.version === 0 && next === undefined) membership.expect(withVersion(config, zxidOf(epoch, 0)));
}

/**
 * What an earlier leader has proposed is committed with all the rest of the log.
 * @returns whether this server may lead then
 */
export function completeReconfig({ id, membership, effects }: RoleParts): boolean {
	const address = membership.maybeMember(id)?.addresses[0];
	if (membership.next !== undefined) membership.activate(membership.next);
	effects.configured(membership.config, undefined);
	return staysLeader(id, address, membership.config);
}

/** NEWLEADER. A learner takes what it names as committed; what is only proposed comes to it as every proposal. */
export function encodeNewLeader({ config, next }: Membership, epoch: Epoch, serving: boolean): Uint8Array {
	const begin = zxidOf(epoch, 0);
	const established = serving ? config : (next ?? config);
	const text = configText(established.version === 0 ? withVersion(established, begin) : established);
	return encodeQuorumPacket(packetTypes.NEWLEADER, begin, encodeUtf8(text));
}
