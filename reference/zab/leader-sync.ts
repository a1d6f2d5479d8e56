import { Writer } from "../lib/writer.js";
import { describeZxid, epochOf, type ServerId, type Zxid } from "../model/ids.js";
import type { PeerStorage, Proposal } from "./contract.js";
import { describeLearner, type LearnerLink } from "./learner-link.js";
import { encodeSignature } from "./learner-snapshot.js";
import type { Proposals } from "./proposals.js";
import { encodeDesignatedLeader } from "./quorum-bodies.js";
import { packetTypes, writeQuorumPacket } from "./quorum-packet.js";
import { describePlan, planSync, type SyncPlan } from "./sync-plan.js";

const chunkBytes = 1 << 16;

/**
 * Sends a learner what it lacks of all that is committed, and to a follower what is proposed beyond; from here on it gets
 * every new proposal. One line tells what was sent.
 */
export function syncLearner(learner: LearnerLink, storage: PeerStorage, proposals: Proposals): string {
	const plan = planSync(learner.lastZxid, storage, epochOf(proposals.last));
	const out = new Outgoing(learner);
	const base = begin(plan, out, storage, proposals.committed);
	const entries = plan.type === "snapshot" ? [] : plan.entries;
	let [last, count] = [base, 0];
	for (const entry of entries) {
		out.committed(entry);
		last = entry.zxid;
		count++;
	}
	const applied = storage.lastAppliedZxid > last ? storage.lastAppliedZxid : last;
	for (const entry of proposals.between(applied, proposals.committed)) out.committed(entry);
	if (learner.follows) for (const entry of openProposals(proposals)) out.proposed(entry);
	out.flush();
	return `${describeLearner(learner)} at ${describeZxid(learner.lastZxid)} gets ${describePlan(plan)}${
		plan.type === "snapshot" ? `, ${out.sizeBytes} bytes` : `, ${count} entries`
	}`;
}

const openProposals = (proposals: Proposals): readonly Proposal[] =>
	proposals.between(proposals.committed, proposals.last);

/** The zxid that the learner has after it. */
function begin(plan: SyncPlan, out: Outgoing, storage: PeerStorage, committed: Zxid): Zxid {
	if (plan.type === "diff") {
		out.packet(packetTypes.DIFF, committed);
		return out.learner.lastZxid;
	}
	if (plan.type === "truncate") {
		out.packet(packetTypes.TRUNC, plan.to);
		return plan.to;
	}
	const { zxid, slices } = storage.snapshot();
	out.packet(packetTypes.SNAP, zxid);
	for (const slice of slices) out.raw(slice);
	out.raw(encodeSignature());
	return zxid;
}

/** Joins small packets: a learner far behind gets thousands of them. */
class Outgoing {
	readonly learner: LearnerLink;
	readonly #writer = new Writer(1024);
	sizeBytes = 0;

	constructor(learner: LearnerLink) {
		this.learner = learner;
	}

	packet(type: number, zxid: Zxid, data: Uint8Array | null = null): void {
		writeQuorumPacket(this.#writer, { type, zxid, data, authinfo: null });
		if (this.#writer.length >= chunkBytes) this.flush();
	}

	raw(bytes: Uint8Array): void {
		this.flush();
		this.sizeBytes += bytes.length;
		this.learner.send(bytes);
	}

	committed({ zxid, body }: Proposal): void {
		this.packet(packetTypes.PROPOSAL, zxid, body);
		this.packet(packetTypes.COMMIT, zxid);
	}

	proposed({ zxid, body }: Proposal): void {
		this.packet(packetTypes.PROPOSAL, zxid, body);
	}

	flush(): void {
		if (this.#writer.length === 0) return;
		this.sizeBytes += this.#writer.length;
		this.learner.send(this.#writer.bytes());
		this.#writer.clear();
	}
}

/** An INFORM for each, joined; `reconfigs` says which of them change the ensemble, and who leads then. */
export function encodeInforms(entries: readonly Proposal[], reconfigs: ReadonlyMap<Zxid, ServerId>): Uint8Array {
	const writer = new Writer(1024);
	for (const { zxid, body } of entries) {
		const leader = reconfigs.get(zxid);
		const type = leader === undefined ? packetTypes.INFORM : packetTypes.INFORMANDACTIVATE;
		const data: Uint8Array = leader === undefined ? body : encodeDesignatedLeader(leader, body);
		writeQuorumPacket(writer, { type, zxid, data, authinfo: null });
	}
	return writer.bytes();
}

export function writeProposal(writer: Writer, { zxid, body }: Proposal): Writer {
	return writeQuorumPacket(writer, { type: packetTypes.PROPOSAL, zxid, data: body, authinfo: null });
}
