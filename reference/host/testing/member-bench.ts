import assert from "node:assert/strict";
import { encodeEntry } from "../../log/txn-record.js";
import { epoch, serverId, sessionId, type Zxid, zxid } from "../../model/ids.js";
import { openAcl } from "../../model/open-acl.js";
import type { LogEntry, Txn } from "../../model/txns.js";
import type { DataTree } from "../../tree/data-tree.js";
import { freshTree } from "../../tree/fresh-tree.js";
import type { PeerEffects, PeerEvent, PeerStorage, Proposal } from "../../zab/contract.js";
import { parseEnsembleConfig } from "../../zab/ensemble-config.js";
import type { HostEvent } from "../host.js";
import { Member } from "../member.js";
import type { MemberLimits, MemberStart } from "../member-parts.js";
import { restoreMember } from "../member-start.js";
import { MemoryDisk } from "./memory-disk.js";

export type Found = ReadonlyMap<string, Uint8Array>;

/** Small files, and snapshots often. */
export const benchLimits: MemberLimits = {
	preAllocBytes: 256,
	snapCount: 8,
	snapSizeBytes: 0,
	logFileBytesMax: 700,
	snapRetainCount: 3,
	purgeIntervalMs: 0,
	commitLogCount: 5,
	snapshotSizeFactor: 0.33,
	bodyBytesMax: 1 << 20,
};

/** A member whose peer does nothing of its own: tests ask for its effects. */
export class MemberBench {
	readonly events: PeerEvent[] = [];
	readonly notes: string[] = [];
	readonly log: MemoryDisk;
	readonly snapshots: MemoryDisk;
	readonly start: MemberStart;
	readonly member: Member;
	effects!: PeerEffects;
	storage!: PeerStorage;
	failure: string | undefined;
	#nowMs = 0;

	/** @throws DamagedFileError when the member could not start from these files */
	constructor(found: { readonly log: Found; readonly snapshots: Found } | undefined, limits = benchLimits) {
		const post = (event: HostEvent): void => this.member.post(event);
		this.log = new MemoryDisk((event) => post({ type: "logDisk", event }), found?.log);
		this.snapshots = new MemoryDisk((event) => post({ type: "snapshotDisk", event }), found?.snapshots);
		this.start = restoreMember(this.snapshots, this.log, { ...limits, trustEmpty: false });
		this.member = this.#makeMember(limits);
		this.member.start();
	}

	get tree(): DataTree {
		return this.start.tree;
	}

	/** One turn, then one flush of each disk. */
	step(): void {
		this.#nowMs++;
		this.member.turn();
		this.log.finishFlushes(1);
		this.snapshots.finishFlushes(1);
	}

	settle(): void {
		for (let turn = 0; turn < 20; turn++) this.step();
	}

	/** What is on the disks if power is lost now; `share` draws from 0 to 1 what of the unsafe part got there. */
	crashed(share: () => number): { readonly log: Found; readonly snapshots: Found } {
		return { log: this.log.afterCrash(share), snapshots: this.snapshots.afterCrash(share) };
	}

	append(...proposals: readonly Proposal[]): void {
		for (const proposal of proposals) this.effects.append(proposal);
		this.member.post({ type: "connected", link: 0 as never });
	}

	has(type: PeerEvent["type"]): boolean {
		return this.events.some((event) => event.type === type);
	}

	#makeMember(limits: MemberLimits): Member {
		return new Member({
			serverId: serverId(1),
			logDisk: this.log,
			snapshotDisk: this.snapshots,
			network: { connect: () => assert.fail("connects"), send() {}, close() {}, pause() {}, resume() {} },
			limits,
			start: this.start,
			readOnlyAfterMs: undefined,
			clock: () => ({ nowMs: this.#nowMs, wallMs: this.#nowMs }),
			random: () => 0.5,
			makePeer: (storage, effects) => {
				this.storage = storage;
				this.effects = effects;
				const unasked = (): void => undefined;
				return {
					step: (event) => void this.events.push(event),
					deadlineMs: Number.POSITIVE_INFINITY,
					status: {
						state: "looking",
						serving: false,
						leader: undefined,
						epoch: epoch(0),
						electionMs: 0,
						learners: [],
						config: parseEnsembleConfig([]),
						nextConfig: undefined,
					},
					propose: unasked,
					forward: unasked,
					revalidate: unasked,
					answerSync: unasked,
					answerRevalidate: unasked,
				};
			},
			makeServer: (_role, state) => ({
				deadlineMs: Number.POSITIVE_INFINITY,
				takeTouched: () => [],
				step: (event) => {
					if (event.type === "decided") state.tree.apply(event.entry.header, event.entry.txn);
				},
			}),
			wake() {},
			onRole() {},
			onConfigured() {},
			onStopped() {},
			onDiskFailed: (reason) => {
				this.failure = reason;
			},
			onFatal: (reason) => {
				this.failure = reason;
			},
			note: (line) => void this.notes.push(line),
		});
	}
}

/** A history to write and to compare with: one node a transaction. */
export class ModelHistory {
	readonly tree = freshTree();
	readonly entries: LogEntry[] = [];
	readonly proposals: Proposal[] = [];
	/** Digest of the tree by its last zxid. */
	readonly digests = new Map<Zxid, bigint>([[zxid(0), this.tree.digest]]);

	/** Entries with these zxids; `mark` makes them other ones than another history has. */
	grow(zxids: readonly number[], mark = ""): this {
		for (const at of zxids) this.#grow(zxid(at), mark);
		return this;
	}

	/** A second history that begins like this one. */
	upTo(last: number): ModelHistory {
		const other = new ModelHistory();
		for (const entry of this.entries) if (entry.header.zxid <= last) other.#add(entry);
		return other;
	}

	#grow(at: Zxid, mark: string): void {
		const path = `/${at.toString(16)}${mark}`;
		const data = new Uint8Array(20 + (at % 30));
		const txn: Txn = { type: 1, path, data, acl: openAcl, ephemeral: false, parentCversion: this.entries.length + 1 };
		const header = { session: sessionId(1n), cxid: 0, zxid: at, timeMs: at, type: txn.type };
		this.#add({ header, txn, digest: null });
	}

	#add({ header, txn }: LogEntry): void {
		this.tree.apply(header, txn);
		const entry = { header, txn, digest: this.tree.digest };
		this.entries.push(entry);
		this.proposals.push({ zxid: header.zxid, body: encodeEntry(entry) });
		this.digests.set(header.zxid, this.tree.digest);
	}
}

/** zxids of an epoch. */
export const zxidsOf = (epochNumber: number, first: number, last: number): number[] =>
	Array.from({ length: last - first + 1 }, (_, i) => epochNumber * 2 ** 32 + first + i);
