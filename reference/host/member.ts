import { assert, unreachable } from "../lib/assert.js";
import { Queue } from "../lib/queue.js";
import { DamagedFileError } from "../log/damaged-file.js";
import { StreamIntake } from "../log/snapshot-intake.js";
import { encodeEntry } from "../log/txn-record.js";
import type { LinkId, Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { Clock, ServerEffects, ServerEvent, ServerRole } from "../server/contract.js";
import type { PeerEffects, PeerEvent, PeerStatus, Proposal } from "../zab/contract.js";
import { DiskError, type DiskEvent } from "./disk.js";
import type { Flushes } from "./flushes.js";
import type { HostEvent } from "./host.js";
import { LinkWrites } from "./link-writes.js";
import type { MemberParts, MemberPeer, MemberReception, MemberServer, MemberStart } from "./member-parts.js";
import { MemberStorage } from "./member-storage.js";
import type { NetworkEvent } from "./network.js";

interface ProposalBytes {
	readonly last: number;
	readonly min: number;
	readonly max: number;
}

/** A server and what it was made for. */
interface Office {
	readonly role: ServerRole;
	readonly server: MemberServer;
}

/**
 * One member of an ensemble: its quorum peer for as long as it runs, and a server while it has a role. Turns events into
 * steps of both and their wishes into work for disk and network, one turn at a time.
 *
 * 1. What the peer asks of the server happens within the peer's step; what the server asks of the peer waits for the end of
 *    the step under way. So neither is stepped while it is in a step.
 * 2. What a turn appended is handed to the disk before what it sent is handed to the network.
 */
export class Member {
	readonly #parts: Omit<MemberParts, "start">;
	/** Until `start`; then the state may become another one. */
	#found: MemberStart | undefined;
	readonly #storage: MemberStorage;
	readonly #peer: MemberPeer;
	readonly #writes = new LinkWrites();
	/** What the server asks of the peer. */
	#requests = new Queue<() => void>();
	#inbox: HostEvent[] = [];
	#phase: "new" | "running" | "stopping" | "ended" = "new";
	/** The log is on its way to the disk, and all of it goes into the tree before the next election. */
	#settling = true;
	#office: Office | undefined;
	/** Who is at the other end of each link that is up or coming up. */
	readonly #links = new Map<LinkId, "client" | "peer">();
	/** The entry that the server has just asked to propose: the peer gives its bytes back to be appended. */
	#proposed: { readonly proposal: Proposal; readonly entry: LogEntry } | undefined;
	readonly #reception: MemberReception | undefined;
	#proposalBytes: ProposalBytes | undefined;
	#readOnlyAtMs = Number.POSITIVE_INFINITY;
	#clock: Clock;

	constructor(parts: MemberParts) {
		const { start, ...rest } = parts;
		this.#parts = rest;
		this.#found = start;
		this.#clock = parts.clock();
		this.#storage = new MemberStorage(parts, (zxid) => this.#stepPeer({ type: "flushed", zxid }));
		this.#reception = parts.makeReception?.({
			send: (link, bytes) => this.#writes.send(link, bytes),
			close: (link) => this.#closeLink(link),
		});
		this.#peer = parts.makePeer(this.#storage, this.#peerEffects(), start, this.#clock.nowMs);
	}

	get status(): PeerStatus {
		return this.#peer.status;
	}

	/** What the server is at present; undefined while clients are not served. */
	get role(): ServerRole | undefined {
		return this.#office?.role;
	}

	/** Leader: how long the bodies of its proposals were; undefined while there was none. */
	get proposalBytes(): ProposalBytes | undefined {
		return this.#proposalBytes;
	}

	/** Entries after which the tree's digest was not the leader's. */
	get digestMismatches(): number {
		return this.#storage.digestMismatches;
	}

	/** When to call `turn` if `wake` does not ask for it before; on the monotonic clock. */
	get deadlineMs(): number {
		if (this.#storage.files.snapshots.writing) return 0;
		if (this.#phase !== "running") return Number.POSITIVE_INFINITY;
		// A role that ends because time has passed, over an idle disk, has no event to follow.
		if (this.#settling && this.#storage.quiet) return 0;
		const office = this.#office;
		const servedMs = office && Math.min(office.server.deadlineMs, this.#storage.files.purgeAtMs);
		return Math.min(this.#peer.deadlineMs, servedMs ?? this.#readOnlyAtMs);
	}

	/** Call once; the first election follows. */
	start(): void {
		assert(this.#found !== undefined, "a member starts once");
		this.#phase = "running";
		this.#storage.start(this.#found);
		this.#found = undefined;
		this.#parts.wake();
	}

	post(event: HostEvent): void {
		this.#inbox.push(event);
		if (this.#inbox.length === 1) this.#parts.wake();
	}

	/** Drains the inbox, steps peer and server, performs what they asked for. */
	turn(): void {
		const { files } = this.#storage;
		this.#clock = this.#parts.clock();
		const inbox = this.#inbox;
		this.#inbox = [];
		for (const event of inbox) this.#take(event);
		if (this.#phase === "ended") return;
		if (this.#phase === "running") this.#passTime(this.#clock.nowMs);
		files.commit();
		this.#writes.perform(this.#parts.network);
		files.snapshots.advance();
		if (this.#phase === "running" && this.#office !== undefined) files.houseKeep(this.#clock.nowMs);
		if (this.#phase === "stopping" && files.log.idle && this.#inbox.length === 0)
			this.#end(() => this.#parts.onStopped());
	}

	#take(event: HostEvent): void {
		if (this.#phase === "ended") return;
		switch (event.type) {
			case "opened":
				this.#open(event);
				return;
			case "connected":
				this.#stepPeer(event);
				return;
			case "received":
				if (this.#phase === "running") this.#passOn(event);
				return;
			case "closed":
				this.#passOn(event);
				this.#links.delete(event.link);
				return;
			case "logDisk":
				this.#takeDiskEvent(this.#storage.files.logFlushes, event.event);
				return;
			case "snapshotDisk":
				this.#takeDiskEvent(this.#storage.files.snapshotFlushes, event.event);
				return;
			case "stop":
				this.#phase = "stopping";
				return;
			default:
				unreachable(event);
		}
	}

	#takeDiskEvent(flushes: Flushes, event: DiskEvent): void {
		if (event.type === "diskFlushed") flushes.ended(event.ticket);
		else this.#end(() => this.#parts.onDiskFailed(event.reason));
	}

	#open(event: Extract<NetworkEvent, { type: "opened" }>): void {
		const { link, door } = event;
		const isServed = door !== "client" || this.#office !== undefined || this.#reception !== undefined;
		if (isServed && this.#phase === "running") {
			this.#links.set(link, door === "client" ? "client" : "peer");
			if (door === "client") this.#stepClient(event);
			else this.#stepPeer({ ...event, door });
		} else {
			this.#writes.close(link);
		}
	}

	/** A link that was closed here may still have brought something. */
	#passOn(event: Extract<NetworkEvent, { type: "received" | "closed" }>): void {
		const end = this.#links.get(event.link);
		if (end === "client") this.#stepClient(event);
		else if (end === "peer") this.#stepPeer(event);
	}

	#closeLink(link: LinkId): void {
		this.#links.delete(link);
		this.#writes.close(link);
	}

	#passTime(nowMs: number): void {
		if (this.#settling && this.#storage.quiet) this.#settle();
		if (this.#peer.deadlineMs <= nowMs) this.#stepPeer({ type: "time" });
		if (this.#office !== undefined && this.#office.server.deadlineMs <= nowMs) this.#stepServer({ type: "time" });
		if (this.#office === undefined && !this.#settling && this.#readOnlyAtMs <= nowMs)
			this.#takeOffice({ type: "readOnly" });
	}

	#settle(): void {
		this.#settling = false;
		this.#storage.fastForward();
		this.#readOnlyAtMs = this.#clock.nowMs + (this.#parts.readOnlyAfterMs ?? Number.POSITIVE_INFINITY);
		this.#stepPeer({ type: "settled" });
	}

	#stepPeer(event: PeerEvent): void {
		this.#peer.step(event, this.#clock.nowMs);
		if (this.#mayServeReads && this.#peer.status.state !== "looking") this.#endReads();
		this.#passRequests();
	}

	/** Reads are served without a leader, or will be soon. */
	get #mayServeReads(): boolean {
		return this.#readOnlyAtMs !== Number.POSITIVE_INFINITY || this.#office?.role.type === "readOnly";
	}

	#endReads(): void {
		this.#readOnlyAtMs = Number.POSITIVE_INFINITY;
		if (this.#office?.role.type === "readOnly") this.#leaveOffice();
	}

	#stepClient(event: Extract<NetworkEvent, { type: "opened" | "received" | "closed" }>): void {
		if (this.#office !== undefined) this.#stepServer(event);
		else if (event.type === "received") this.#reception?.received(event.link, event.bytes);
		else this.#reception?.[event.type](event.link);
	}

	#stepServer(event: ServerEvent): void {
		this.#office?.server.step(event, this.#clock);
		this.#passRequests();
	}

	#passRequests(): void {
		while (this.#requests.length > 0) this.#requests.shift()?.();
	}

	#takeOffice(role: ServerRole): void {
		this.#leaveOffice();
		this.#closeClients();
		this.#readOnlyAtMs = Number.POSITIVE_INFINITY;
		const server = this.#parts.makeServer(role, this.#storage.files.state, this.#serverEffects(), this.#clock);
		this.#office = { role, server };
		this.#proposalBytes = undefined;
		this.#parts.onRole(role);
	}

	#leaveOffice(): void {
		if (this.#office === undefined) return;
		this.#office = undefined;
		this.#requests = new Queue();
		this.#closeClients();
		this.#parts.onRole(undefined);
	}

	#closeClients(): void {
		for (const [link, end] of this.#links) {
			if (end !== "client") continue;
			this.#reception?.closed(link);
			this.#closeLink(link);
		}
	}

	#commit(upTo: Zxid): void {
		const { role, server } = this.#office ?? {};
		if (server === undefined || role?.type === "readOnly") {
			this.#storage.commit(upTo, (entry) => this.#storage.apply(entry));
		} else if (role?.type === "leader") {
			this.#storage.commit(upTo, () => undefined);
			server.step({ type: "committed", upTo }, this.#clock);
		} else {
			this.#storage.commit(upTo, (entry) => {
				server.step({ type: "decided", entry }, this.#clock);
				this.#storage.compareDigest(entry);
			});
		}
	}

	#endRole(): void {
		this.#leaveOffice();
		this.#storage.dropSnapshot();
		this.#settling = true;
	}

	/** What a damaged file makes impossible ends the member: it can not do what its leader asks. */
	#orEnd(work: () => void): void {
		try {
			work();
		} catch (error) {
			if (!(error instanceof DamagedFileError || error instanceof DiskError)) throw error;
			this.#end(() => this.#parts.onFatal(error.message));
		}
	}

	#peerEffects(): PeerEffects {
		const storage = this.#storage;
		const { network } = this.#parts;
		const tell = (event: ServerEvent): void => this.#office?.server.step(event, this.#clock);
		const stored = (ticket: number) => () => this.#stepPeer({ type: "stored", ticket });
		return {
			connect: (host, port) => {
				const link = network.connect(host, port);
				this.#links.set(link, "peer");
				return link;
			},
			send: (link, bytes) => this.#writes.send(link, bytes),
			close: (link) => this.#closeLink(link),
			append: (proposal) => storage.append(proposal, this.#maybeProposed(proposal)),
			saveEpoch: (which, epoch, ticket) => storage.saveEpoch(which, epoch, stored(ticket)),
			truncate: (to, ticket) => this.#orEnd(() => storage.truncate(to, stored(ticket))),
			intake: () => storage.intake(),
			install: (snapshot, at, ticket) => {
				assert(snapshot instanceof StreamIntake, "a snapshot comes from intake");
				this.#orEnd(() => storage.install(snapshot, at, stored(ticket)));
			},
			configured: (config, next) => this.#parts.onConfigured(config, next),
			commit: (upTo) => this.#commit(upTo),
			lead: (epoch) => this.#takeOffice({ type: "leader", epoch }),
			follow: (type) => this.#takeOffice({ type }),
			endRole: () => this.#endRole(),
			request: (learner, request) => tell({ type: "request", learner, request }),
			touched: (learner, sessions) => tell({ type: "touched", learner, sessions }),
			revalidate: (learner, session) => tell({ type: "revalidate", learner, session }),
			learnerGone: (learner) => tell({ type: "learnerGone", learner }),
			synced: () => tell({ type: "synced" }),
			revalidated: (session, valid) => tell({ type: "revalidated", session, valid }),
			takeTouched: () => this.#office?.server.takeTouched() ?? [],
			note: (line) => this.#parts.note(line),
		};
	}

	#serverEffects(): ServerEffects {
		const peer = this.#peer;
		const { network } = this.#parts;
		const ask = (request: () => void): void => this.#requests.push(request);
		return {
			propose: (entry) => ask(() => this.#propose(entry)),
			forward: (request) => ask(() => peer.forward(request)),
			revalidate: (session) => ask(() => peer.revalidate(session)),
			answerSync: (learner) => ask(() => peer.answerSync(learner)),
			answerRevalidate: (learner, session, valid) => ask(() => peer.answerRevalidate(learner, session, valid)),
			send: (link, bytes) => this.#writes.send(link, bytes),
			write: (link, encode) => encode(this.#writes.to(link)),
			close: (link) => this.#closeLink(link),
			pause: (link) => network.pause(link),
			resume: (link) => network.resume(link),
		};
	}

	/** Encoded once: the same bytes go to the log and to the learners. */
	#propose(entry: LogEntry): void {
		const proposal = { zxid: entry.header.zxid, body: encodeEntry(entry) };
		this.#proposed = { proposal, entry };
		const { length: last } = proposal.body;
		const { min, max } = this.#proposalBytes ?? { min: last, max: last };
		this.#proposalBytes = { last, min: Math.min(min, last), max: Math.max(max, last) };
		this.#peer.propose(proposal);
	}

	#maybeProposed(proposal: Proposal): LogEntry | undefined {
		return this.#proposed?.proposal === proposal ? this.#proposed.entry : undefined;
	}

	#end(tell: () => void): void {
		this.#phase = "ended";
		tell();
	}
}
