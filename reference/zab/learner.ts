import { limits } from "../lib/limits.js";
import { DecodeError } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import {
	describeZxid,
	type Epoch,
	epoch,
	epochOf,
	type LinkId,
	type ServerId,
	type Zxid,
	zxidOf,
} from "../model/ids.js";
import type { ForwardedRequest, TouchedSession } from "./contract.js";
import { takeAnswer } from "./learner-answers.js";
import { LearnerConfig } from "./learner-config.js";
import { LearnerConnect } from "./learner-connect.js";
import { LearnerLog } from "./learner-log.js";
import { LearnerSnapshot } from "./learner-snapshot.js";
import type { Member } from "./member.js";
import {
	copiedProposal,
	decodeDesignatedLeader,
	encodeAckEpoch,
	encodeLearnerInfo,
	encodeRevalidate,
	encodeTouchedSessions,
	writeRequest,
} from "./quorum-bodies.js";
import {
	describePacketType,
	encodeEach,
	encodeQuorumPacket,
	noZxid,
	PacketSplitter,
	packetTypes,
	type QuorumPacket,
} from "./quorum-packet.js";
import type { Role, RoleParts } from "./role.js";

/**
 * connecting; introduced: FOLLOWERINFO is sent; promised: so is ACKEPOCH; snapshot: its bytes are coming; syncing: entries
 * are; saving: all of it is here and goes to disk; synced: NEWLEADER is acknowledged; serving.
 */
type Stage =
	| "connecting"
	| "introduced"
	| "promised"
	| "snapshot"
	| "syncing"
	| "saving"
	| "synced"
	| "serving"
	| "over";

/**
 * Follows or observes one leader.
 *
 * 1. The promise (ACKEPOCH) leaves when acceptedEpoch is on disk.
 * 2. NEWLEADER is acknowledged when everything before it is on disk, and after that currentEpoch. The other way round, a
 *    crash in between would leave a server that claims the leader's history and lacks a part: it could win an election.
 * 3. A proposal is acknowledged when it is on disk, and not before NEWLEADER is.
 * 4. While the disk is waited for (`#then`), no packet is looked at.
 */
export class Learner implements Role {
	readonly #parts: RoleParts;
	readonly #leader: Member;
	readonly kind: "follower" | "observer";
	readonly #connect: LearnerConnect;
	readonly #log: LearnerLog;
	readonly #config: LearnerConfig;
	readonly #splitter = new PacketSplitter();
	readonly #scratch = new Writer();
	readonly #beganMs: number;
	#stage: Stage = "connecting";
	#heardMs: number;
	#epoch: Epoch;
	#needsSnapshot: boolean;
	#snapshot: LearnerSnapshot | undefined;
	/** What goes on when the disk is done with `ticket`, or (undefined) with the log. */
	#then: { readonly ticket: number | undefined; readonly run: () => void } | undefined;
	#waitingBytes = 0;
	#how = "";

	/** `needsSnapshot`: an earlier try has shown that the files here can not be truncated as they must. */
	constructor(parts: RoleParts, leader: Member, role: "follower" | "observer", needsSnapshot: boolean) {
		this.#parts = parts;
		this.#leader = leader;
		this.kind = role;
		this.#needsSnapshot = needsSnapshot;
		this.#beganMs = parts.nowMs();
		this.#heardMs = this.#beganMs;
		this.#epoch = parts.epochs.accepted;
		this.#log = new LearnerLog(parts.effects, parts.membership, parts.storage.lastLoggedZxid);
		this.#config = new LearnerConfig(parts.membership, leader, role);
		this.#connect = new LearnerConnect(parts.effects, leader.addresses[0], this.#beganMs);
	}

	get serving(): boolean {
		return this.#stage === "serving";
	}

	get needsSnapshot(): boolean {
		return this.#needsSnapshot;
	}

	get epoch(): Epoch {
		return this.#epoch;
	}

	get deadlineMs(): number {
		return Math.min(this.#silentAtMs, this.#connect.retryAtMs);
	}

	has(link: LinkId): boolean {
		return link === this.#connect.link;
	}

	connected(): void {
		const { id, membership } = this.#parts;
		const type = this.kind === "follower" ? packetTypes.FOLLOWERINFO : packetTypes.OBSERVERINFO;
		const accepted = zxidOf(epoch(Math.max(this.#parts.epochs.accepted, 0)), 0);
		this.#stage = "introduced";
		this.#heardMs = this.#parts.nowMs();
		this.#send(type, accepted, encodeLearnerInfo(id, membership.config.version));
	}

	received(_link: LinkId, bytes: Uint8Array): void {
		this.#heardMs = this.#parts.nowMs();
		this.#splitter.push(bytes);
		if (this.#then !== undefined) this.#waitingBytes += bytes.length;
		if (this.#waitingBytes > limits.learnerQueuedBytesMax) this.#finish("the leader sends more than the disk takes");
		this.#drain();
	}

	closed(): void {
		if (this.#stage !== "connecting") this.#finish("the link to the leader ended");
		else if (!this.#connect.refused(this.#parts.nowMs())) this.#finish("the leader can not be reached");
	}

	flushed(at: Zxid): void {
		this.#log.flushed(at);
		if (this.#isPastNewLeader) this.#acknowledge();
		else if (this.#log.allFlushed) this.#resume(undefined);
	}

	stored(ticket: number): void {
		this.#resume(ticket);
	}

	timePassed(): void {
		const nowMs = this.#parts.nowMs();
		if (nowMs >= this.#silentAtMs) this.#finish(`no word from the leader while ${this.#stage}`);
		else if (nowMs >= this.#connect.retryAtMs) this.#connect.retry();
	}

	leave(): void {
		this.#stage = "over";
		this.#parts.effects.close(this.#connect.link);
	}

	forward(request: ForwardedRequest): void {
		if (!this.serving) return;
		this.#scratch.clear();
		this.#parts.effects.send(this.#connect.link, writeRequest(this.#scratch, request).bytes());
	}

	revalidate(session: TouchedSession): void {
		if (this.serving) this.#send(packetTypes.REVALIDATE, noZxid, encodeRevalidate(session));
	}

	get #isPastNewLeader(): boolean {
		return this.#stage === "synced" || this.#stage === "serving";
	}

	get #silentAtMs(): number {
		const { tickMs, initLimit, syncLimit } = this.#parts.timings;
		return this.#heardMs + tickMs * (this.#isPastNewLeader ? syncLimit : initLimit);
	}

	#send(type: number, at: Zxid, data: Uint8Array | null = null): void {
		this.#parts.effects.send(this.#connect.link, encodeQuorumPacket(type, at, data));
	}

	/** Looks at no packet until the disk is done. */
	#afterDisk(ticket: number | undefined, run: () => void): void {
		this.#then = { ticket, run };
	}

	#resume(ticket: number | undefined): void {
		if (this.#then === undefined || this.#then.ticket !== ticket || this.#stage === "over") return;
		const { run } = this.#then;
		this.#then = undefined;
		this.#waitingBytes = 0;
		run();
		this.#drain();
	}

	#drain(): void {
		try {
			while (this.#stage !== "over" && this.#then === undefined && this.#takeNext());
		} catch (error) {
			if (!(error instanceof DecodeError)) throw error;
			this.#finish(`the leader's words are not understood: ${error.message}`);
		}
	}

	/** Whether there may be more. */
	#takeNext(): boolean {
		if (this.#snapshot !== undefined) return this.#takeSnapshot(this.#snapshot);
		const next = this.#splitter.next();
		if (next.type === "partial") return false;
		const complaint = next.type === "invalid" ? next.reason : this.#take(next.packet);
		if (complaint !== undefined) this.#finish(complaint);
		return true;
	}

	#take(packet: QuorumPacket): string | undefined {
		switch (this.#stage) {
			case "introduced":
				if (packet.type !== packetTypes.LEADERINFO) break;
				return this.#promise(epochOf(packet.zxid));
			case "promised":
				if (packet.type === packetTypes.PING) return undefined;
				return this.#beginSync(packet);
			case "syncing":
			case "synced":
				return this.#takeSyncing(packet);
			case "serving":
				return this.#takeServing(packet);
			default:
				break;
		}
		return `${describePacketType(packet.type)} comes while ${this.#stage}`;
	}

	#promise(offered: Epoch): string | undefined {
		const { epochs, effects, drawTicket } = this.#parts;
		// An observer's promise counts nowhere: what it must not go back behind is only the epoch whose history it has.
		const oldest = this.kind === "observer" ? epochs.current : epochs.accepted;
		if (offered < oldest) return `the leader's epoch ${offered} is over: ${oldest} is accepted here`;
		this.#epoch = offered;
		if (offered <= epochs.accepted) {
			// Perhaps it was accepted from another leader: this one may not count it.
			this.#ackEpoch(epoch(-1));
			return undefined;
		}
		const ticket = drawTicket();
		epochs.save("acceptedEpoch", offered, ticket, effects);
		this.#afterDisk(ticket, () => this.#ackEpoch(epochs.current));
		return undefined;
	}

	#ackEpoch(current: Epoch): void {
		this.#stage = "promised";
		const last = this.#needsSnapshot ? noZxid : this.#parts.storage.lastLoggedZxid;
		this.#send(packetTypes.ACKEPOCH, last, encodeAckEpoch(current));
	}

	#beginSync({ type, zxid: at }: QuorumPacket): string | undefined {
		this.#how = describePacketType(type);
		if (type === packetTypes.SNAP) {
			this.#stage = "snapshot";
			this.#snapshot = new LearnerSnapshot(at, this.#parts.effects.intake());
			return undefined;
		}
		if (type !== packetTypes.DIFF && type !== packetTypes.TRUNC) return `${this.#how} is no synchronisation`;
		if (this.#needsSnapshot) return `a snapshot was asked for, and ${this.#how} is the answer`;
		this.#stage = "syncing";
		return type === packetTypes.TRUNC ? this.#truncate(at) : undefined;
	}

	#truncate(to: Zxid): string | undefined {
		const { storage, effects, drawTicket } = this.#parts;
		if (!storage.canTruncate(to)) {
			this.#needsSnapshot = true;
			return `the files here can not be truncated to ${describeZxid(to)}: a snapshot is needed`;
		}
		const ticket = drawTicket();
		effects.truncate(to, ticket);
		this.#afterDisk(ticket, () => this.#log.restart(to, storage.config));
		return undefined;
	}

	#takeSnapshot(snapshot: LearnerSnapshot): boolean {
		const behind = snapshot.push(this.#splitter.takeRest());
		if (behind === undefined) return false;
		this.#snapshot = undefined;
		this.#splitter.push(behind);
		this.#how = `SNAP of ${snapshot.intake.sizeBytes} bytes`;
		const ticket = this.#parts.drawTicket();
		this.#parts.effects.install(snapshot.intake, snapshot.at, ticket);
		this.#afterDisk(ticket, () => {
			this.#stage = "syncing";
			this.#needsSnapshot = false;
			this.#log.restart(snapshot.at, this.#parts.storage.config);
		});
		return true;
	}

	#takeSyncing(packet: QuorumPacket): string | undefined {
		if (packet.type === packetTypes.NEWLEADER && this.#stage === "syncing") return this.#newLeader(packet);
		if (packet.type === packetTypes.UPTODATE && this.#stage === "synced") return this.#upToDate();
		if (packet.type === packetTypes.PING) return this.#answerPing(packet.zxid);
		return this.#takeEntry(packet);
	}

	#newLeader({ zxid: at, data }: QuorumPacket): string | undefined {
		if (at !== zxidOf(this.#epoch, 0)) return `NEWLEADER of ${describeZxid(at)} in epoch ${this.#epoch}`;
		const complaint = this.#config.name(data, this.#log);
		if (complaint !== undefined) return complaint;
		this.#stage = "saving";
		if (this.#log.allFlushed) this.#saveCurrentEpoch();
		else this.#afterDisk(undefined, () => this.#saveCurrentEpoch());
		return undefined;
	}

	#saveCurrentEpoch(): void {
		const { epochs, effects, drawTicket } = this.#parts;
		if (epochs.current === this.#epoch) {
			this.#ackNewLeader();
			return;
		}
		const ticket = drawTicket();
		epochs.save("currentEpoch", this.#epoch, ticket, effects);
		this.#afterDisk(ticket, () => this.#ackNewLeader());
	}

	#ackNewLeader(): void {
		this.#stage = "synced";
		this.#send(packetTypes.ACK, zxidOf(this.#epoch, 0));
		this.#log.skipCommittedAcks();
		this.#acknowledge();
	}

	#acknowledge(): void {
		// Observers are told what is committed already: nobody waits for them.
		const acks = this.#log.takeAcks();
		if (this.kind === "observer" || acks.length === 0) return;
		this.#parts.effects.send(this.#connect.link, encodeEach(packetTypes.ACK, acks));
	}

	#upToDate(): string | undefined {
		const { effects, nowMs, membership } = this.#parts;
		this.#send(packetTypes.ACK, zxidOf(this.#epoch, 0));
		const complaint = this.#config.establish(this.#log);
		if (complaint !== undefined) return complaint;
		this.#stage = "serving";
		const tookMs = Math.round(nowMs() - this.#beganMs);
		effects.note(`${this.kind} of ${this.#leader.id} in epoch ${this.#epoch}: ${this.#how}, ${tookMs} ms`);
		effects.configured(membership.config, membership.next);
		effects.follow(this.kind, this.#leader.id);
		return undefined;
	}

	/** Undefined for what is done, or a complaint. */
	#takeEntry({ type, zxid: at, data }: QuorumPacket): string | undefined {
		switch (type) {
			case packetTypes.PROPOSAL:
				return this.#log.propose(copiedProposal(at, data));
			case packetTypes.COMMIT:
				return this.#commit(at);
			case packetTypes.COMMITANDACTIVATE:
				return this.#commit(at, decodeDesignatedLeader(data).leader);
			case packetTypes.INFORM:
				return this.#log.propose(copiedProposal(at, data)) ?? this.#commit(at);
			case packetTypes.INFORMANDACTIVATE: {
				const { leader, proposal } = decodeDesignatedLeader(data);
				return this.#log.propose(copiedProposal(at, proposal)) ?? this.#commit(at, leader);
			}
			default:
				return `${describePacketType(type)} comes while ${this.#stage}`;
		}
	}

	/** Until UPTODATE there may be more reconfigurations to come: only the last one says what to do. */
	#commit(at: Zxid, designated?: ServerId): string | undefined {
		return this.#log.commit(at) ?? (this.serving ? this.#config.committed(at, designated) : undefined);
	}

	#takeServing(packet: QuorumPacket): string | undefined {
		if (packet.type === packetTypes.PING) return this.#answerPing(packet.zxid);
		return takeAnswer(packet, this.#parts.effects) ? undefined : this.#takeEntry(packet);
	}

	#answerPing(at: Zxid): undefined {
		const sessions = this.serving ? this.#parts.effects.takeTouched() : [];
		this.#send(packetTypes.PING, at, encodeTouchedSessions(sessions));
	}

	#finish(reason: string): void {
		if (this.#stage === "over") return;
		this.#stage = "over";
		this.#parts.end(reason);
	}
}
