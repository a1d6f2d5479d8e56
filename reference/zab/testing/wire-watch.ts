import { strict as assert } from "node:assert";
import { counterOf, epochOf, type LinkId } from "../../model/ids.js";
import { PacketSplitter, packetTypes, type QuorumPacket } from "../quorum-packet.js";
import type { FakeStorage } from "./fake-storage.js";

/** Reads along what learners say, and compares it with what is on their disk at that moment. */
export class WireWatch {
	readonly #learners = new Map<
		LinkId,
		{ readonly splitter: PacketSplitter; readonly storage: FakeStorage; new: boolean }
	>();

	learner(link: LinkId, storage: FakeStorage): void {
		this.#learners.set(link, { splitter: new PacketSplitter(), storage, new: true });
	}

	sent(link: LinkId, bytes: Uint8Array): void {
		const learner = this.#learners.get(link);
		if (learner === undefined) return;
		learner.splitter.push(bytes.slice());
		for (let next = learner.splitter.next(); next.type === "packet"; next = learner.splitter.next()) {
			this.#check(next.packet, learner.storage);
		}
	}

	#check({ type, zxid }: QuorumPacket, { disk, history }: FakeStorage): void {
		if (type === packetTypes.ACKEPOCH) assert(disk.acceptedEpoch >= 1, "a promise is on disk before it is given");
		if (type !== packetTypes.ACK) return;
		if (counterOf(zxid) === 0) {
			assert.equal(disk.currentEpoch, epochOf(zxid), "NEWLEADER is acknowledged with currentEpoch on disk");
			return;
		}
		assert(disk.currentEpoch === epochOf(zxid), "no proposal is acknowledged before NEWLEADER");
		const logged = disk.history.find((entry) => entry.zxid === zxid);
		assert(logged !== undefined, `0x${zxid.toString(16)} is acknowledged and not on disk`);
		assert(history.includes(logged));
	}
}
