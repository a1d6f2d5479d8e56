import { assert } from "../lib/assert.js";
import { Queue } from "../lib/queue.js";
import { DecodeError } from "../lib/reader.js";
import { DamagedFileError } from "../log/damaged-file.js";
import { snapshotFiles } from "../log/file-names.js";
import { follows, lastRecordUpTo, recordsAfter } from "../log/record-search.js";
import { applyEntry } from "../log/restore.js";
import { StreamIntake } from "../log/snapshot-intake.js";
import { isFinishedSnapshot } from "../log/snapshot-reader.js";
import { snapshotStream } from "../log/snapshot-writer.js";
import { readEntry } from "../log/txn-record.js";
import { describeZxid, type Epoch, type Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { CommittedLog } from "../zab/committed-log.js";
import type { PeerStorage, Proposal } from "../zab/contract.js";
import type { EnsembleConfig } from "../zab/ensemble-config.js";
import { DiskError } from "./disk.js";
import { savingEpoch } from "./epoch-files.js";
import { FileCut } from "./file-cut.js";
import { Jobs, type Step } from "./jobs.js";
import type { EpochKind, MemberParts, MemberStart } from "./member-parts.js";
import { restoreHistory } from "./member-start.js";
import { maybeConfigIn, maybeProposedConfig } from "./proposed-config.js";
import { Storage, subjectOf } from "./storage.js";

/** An entry that is appended and not committed. */
interface Pending {
	readonly proposal: Proposal;
	readonly entry: LogEntry;
}

/**
 * Disk and state of a member: what its quorum peer knows of them, and what it asks of them.
 *
 * 1. Applied is a prefix of logged; between the two lie the pending entries.
 * 2. The tree holds nothing that is not committed, but for what `fastForward` has applied.
 */
export class MemberStorage implements PeerStorage {
	readonly files: Storage;
	readonly #parts: Omit<MemberParts, "start">;
	readonly #cut: FileCut;
	readonly #jobs = new Jobs();
	readonly #pending = new Queue<Pending>();
	#committed: CommittedLog;
	#logBeginsAfter: Zxid;
	#lastLogged: Zxid;
	/** A truncation or an installation is under way. */
	#replacing = false;
	/** The snapshot under way is not one of those that are taken now and then: something waits for it. */
	#awaitsSnapshot = false;
	#digestMismatches = 0;

	constructor({ start, ...parts }: MemberParts, onFlushed: (upTo: Zxid) => void) {
		this.#parts = parts;
		this.files = new Storage({ ...parts, state: start, random: () => parts.random(), onFlushed });
		this.#cut = new FileCut(parts, this.files);
		this.#committed = start.committed;
		this.#logBeginsAfter = start.logBeginsAfter;
		this.#lastLogged = start.tree.lastZxid;
	}

	get lastLoggedZxid(): Zxid {
		return this.#lastLogged;
	}

	get lastAppliedZxid(): Zxid {
		return this.files.state.tree.lastZxid;
	}

	get config(): EnsembleConfig | undefined {
		return maybeConfigIn(this.files.state.tree);
	}

	get committed(): CommittedLog {
		return this.#committed;
	}

	/** Entries after which the tree's digest was not the leader's. */
	get digestMismatches(): number {
		return this.#digestMismatches;
	}

	/** Everything asked for is on disk. */
	get quiet(): boolean {
		return this.files.log.idle && this.#jobs.idle && !this.files.snapshots.busy;
	}

	/** Call once: the disk becomes what `restoreMember` found. */
	start(start: MemberStart): void {
		const { logDisk } = this.#parts;
		this.files.removeUnfinished();
		for (const name of start.unborn) logDisk.remove(name);
		for (const kind of start.unsavedEpochs) this.#jobs.add(this.#savingEpoch(kind, start[kind]));
		if (start.snapshot === undefined) this.#jobs.add([this.#takingSnapshot()]);
	}

	maybeLogged(after: Zxid): Proposal[] | undefined {
		const { logDisk, limits } = this.#parts;
		if (after < this.#logBeginsAfter) return undefined;
		const bytesMax = this.#newestSnapshotBytes() * limits.snapshotSizeFactor;
		const isBase = after === this.#logBeginsAfter && this.#hasSnapshotAt(after);
		const wanted = { after, isBase, bytesMax, bodyBytesMax: limits.bodyBytesMax };
		const search = (): Proposal[] | undefined => recordsAfter(logDisk, wanted);
		const found = bytesMax < 0 ? undefined : this.#unlessDamaged(search);
		if (found === undefined) return undefined;
		const applied = found.filter(({ zxid }) => zxid <= this.lastAppliedZxid);
		// What was appended in this turn and the last ones is in memory only.
		const last = applied.at(-1)?.zxid ?? after;
		const rest = [...this.#committed].filter(({ zxid }) => zxid > last);
		const [next] = rest;
		const reachesBack = next === undefined || follows(last, next.zxid) || next.zxid !== this.#committed.firstZxid;
		return reachesBack ? [...applied, ...rest] : undefined;
	}

	/** Once it is purged the log that followed it may be too: an epoch that begins later would seem to follow it as well. */
	#hasSnapshotAt(at: Zxid): boolean {
		return snapshotFiles(this.#parts.snapshotDisk.list()).some(({ zxid }) => zxid === at);
	}

	#newestSnapshotBytes(): number {
		const { snapshotDisk } = this.#parts;
		const newest = snapshotFiles(snapshotDisk.list()).at(-1);
		return newest === undefined ? 0 : snapshotDisk.source(newest.name).sizeBytes;
	}

	canTruncate(to: Zxid): boolean {
		const { logDisk, snapshotDisk, limits } = this.#parts;
		const isFinished = (name: string): boolean => isFinishedSnapshot(snapshotDisk.source(name));
		const base = snapshotFiles(snapshotDisk.list()).findLast(({ name, zxid }) => zxid <= to && isFinished(name));
		if (base === undefined) return false;
		const search = (): Zxid | undefined => lastRecordUpTo(logDisk, to, limits.bodyBytesMax)?.zxid;
		return base.zxid === to || this.#unlessDamaged(search) === to;
	}

	/** A file that can not be read is no reason to stop where a snapshot does as well. */
	#unlessDamaged<T>(search: () => T): T | undefined {
		try {
			return search();
		} catch (error) {
			if (!(error instanceof DamagedFileError || error instanceof DiskError)) throw error;
			this.#parts.note(error.message);
			return undefined;
		}
	}

	snapshot(): { zxid: Zxid; slices: Uint8Array[] } {
		return { zxid: this.lastAppliedZxid, slices: snapshotStream(subjectOf(this.files.state)) };
	}

	/**
	 * @returns the ensemble that it proposes
	 * @throws DecodeError when the body is not that of an entry with this zxid
	 */
	append(proposal: Proposal, entry: LogEntry = readEntry(proposal.body)): EnsembleConfig | undefined {
		assert(!this.#replacing, "nothing is appended while files are replaced");
		if (entry.header.zxid !== proposal.zxid)
			throw new DecodeError(`the body of ${describeZxid(proposal.zxid)} says ${describeZxid(entry.header.zxid)}`);
		const config = maybeProposedConfig(entry.txn);
		this.files.append(proposal);
		this.#pending.push({ proposal, entry });
		this.#lastLogged = proposal.zxid;
		return config;
	}

	/** Takes the pending entries up to `upTo` as committed; `apply` must bring each one into the tree. */
	commit(upTo: Zxid, apply: (entry: LogEntry) => void): void {
		for (let head = this.#pending.peek(); head !== undefined; head = this.#pending.peek()) {
			if (head.proposal.zxid > upTo) return;
			this.#pending.shift();
			this.#committed.push(head.proposal);
			apply(head.entry);
		}
	}

	/** For an entry that was just applied and came from a leader: servers go on with another tree, and say so. */
	compareDigest({ header, digest }: LogEntry): void {
		const { tree } = this.files.state;
		if (digest === null || tree.lastZxid !== header.zxid || tree.digest === digest) return;
		this.#digestMismatches++;
		if (this.#digestMismatches === 1)
			this.#parts.note(`at ${describeZxid(header.zxid)} the tree's digest is not the leader's`);
	}

	/** Makes the change in the tree while no server does. */
	apply(entry: LogEntry): void {
		applyEntry(this.files.state, entry);
		this.compareDigest(entry);
	}

	/**
	 * Before `fastForward`: a snapshot that is being written would hold what was not committed under a smaller name, where no
	 * truncation could find it.
	 */
	dropSnapshot(): void {
		if (!this.#awaitsSnapshot) this.files.snapshots.drop();
	}

	/** Applies what is pending: whoever leads next may have it, and if not, truncates it. */
	fastForward(): void {
		this.commit(this.#lastLogged, (entry) => this.apply(entry));
	}

	saveEpoch(kind: EpochKind, epoch: Epoch, stored: () => void): void {
		this.#jobs.add([...this.#savingEpoch(kind, epoch), finallyDo(stored)]);
	}

	#savingEpoch(kind: EpochKind, epoch: Epoch): Step[] {
		return savingEpoch(this.#parts.snapshotDisk, this.files.snapshotFlushes, kind, epoch);
	}

	/** @throws DamagedFileError when the files do not lead back to `to` */
	truncate(to: Zxid, stored: () => void): void {
		this.#assertReplaceable();
		const { snapshotDisk, logDisk, limits } = this.#parts;
		const restored = restoreHistory(snapshotDisk, logDisk, { ...limits, trustEmpty: false, upTo: to });
		assert(restored.tree.lastZxid === to, `${describeZxid(to)} is in the log`);
		this.#replaceState(restored, to);
		this.#committed = restored.committed;
		this.#replaceFiles([...this.#cut.logsAfter(to), ...this.#cut.snapshotsAfter(to)], stored);
	}

	intake(): StreamIntake {
		return new StreamIntake(this.#parts.limits.bodyBytesMax);
	}

	/**
	 * Logs beyond the snapshot go first: behind its name a restart would replay them. What is before it goes last, and so do
	 * later snapshots: there may be no other one.
	 */
	install({ state }: StreamIntake, at: Zxid, stored: () => void): void {
		this.#assertReplaceable();
		state.tree.lastZxid = at;
		this.#replaceState(state, at);
		this.#committed.clear();
		this.#logBeginsAfter = at;
		const after = this.#cut.snapshotsAfter(at);
		const others = [...after, ...this.#cut.before(at)];
		this.#replaceFiles([...this.#cut.logsAfter(at), this.#takingSnapshot(), ...others], stored);
	}

	#takingSnapshot(): Step {
		return (next) => {
			this.#awaitsSnapshot = true;
			this.files.beginSnapshot(() => {
				this.#awaitsSnapshot = false;
				next();
			});
		};
	}

	#replaceFiles(steps: readonly Step[], stored: () => void): void {
		this.#replacing = true;
		const end = finallyDo(() => {
			this.#replacing = false;
			stored();
		});
		this.#jobs.add([...steps, end]);
	}

	#assertReplaceable(): void {
		assert(this.#pending.length === 0 && this.files.log.idle, "files are replaced before anything is appended");
		assert(!this.files.snapshots.busy, "no snapshot is taken of a state that goes");
	}

	#replaceState(state: Storage["state"], last: Zxid): void {
		this.files.state = { tree: state.tree, sessions: state.sessions };
		this.#lastLogged = last;
	}
}

const finallyDo =
	(work: () => void): Step =>
	(next) => {
		work();
		next();
	};
