import type { SessionId, Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { DataTree } from "../tree/data-tree.js";
import { freshTree } from "../tree/fresh-tree.js";
import type { ByteSource } from "./byte-source.js";
import { DamagedFileError } from "./damaged-file.js";
import { compressedSnapshotFiles, logFiles, type NamedFile, snapshotFiles } from "./file-names.js";
import { loadSnapshot } from "./load-snapshot.js";
import { isUnborn, readLog } from "./log-file.js";
import { isFinishedSnapshot, type SnapshotFacts } from "./snapshot-reader.js";

/** A folder to restore from. */
export interface SourceFolder {
	list(): readonly string[];
	source(name: string): ByteSource;
}

export interface RestoreOptions {
	/** A longer log record is damage. */
	readonly bodyBytesMax: number;
	/** Logs without any snapshot are replayed over an empty tree (directories of releases before 3.5). */
	readonly trustEmpty: boolean;
	/** Leaves out what comes later: a truncation that has not reached the disk yet. */
	readonly upTo?: Zxid;
	/** Before each entry: what the tree is until then. */
	readonly onReplay?: (entry: LogEntry, tree: DataTree) => void;
	/** Every entry replayed, in order, decoded and as the file has it. */
	readonly onReplayed?: (entry: LogEntry, body: Uint8Array) => void;
}

/** What a server knows after a restart. */
export interface Restored {
	readonly tree: DataTree;
	/** Timeouts in ms by session. */
	readonly sessions: Map<SessionId, number>;
	/** The snapshot that it began with; undefined when there was none. */
	readonly snapshot: string | undefined;
	readonly replayedTxns: number;
	readonly replayedBytes: number;
	/** Logs that a crash left without a single record: to be removed. */
	readonly unborn: readonly string[];
	/** One line each, for the operator. */
	readonly notes: readonly string[];
}

interface Progress {
	readonly tree: DataTree;
	readonly sessions: Map<SessionId, number>;
	readonly digest: SnapshotFacts["digest"];
	readonly notes: string[];
	replayedTxns: number;
	replayedBytes: number;
	/** Since when every digest in the files has been another than the tree's. */
	differsSince: Zxid | undefined;
}

/**
 * The newest snapshot that can be read, and every logged transaction after it.
 * @throws DamagedFileError when going on would lose what was acknowledged
 */
export function restore(snapshots: SourceFolder, logs: SourceFolder, options: RestoreOptions): Restored {
	const notes: string[] = [];
	const start = startOf(snapshots, logs, options, notes);
	const progress: Progress = { ...start.state, notes, replayedTxns: 0, replayedBytes: 0, differsSince: undefined };
	const unborn = replay(progress, logs, options);
	if (progress.differsSince !== undefined)
		notes.push(`from zxid 0x${progress.differsSince.toString(16)} on, the tree's digest is not the one in the files`);
	addBuiltIns(progress.tree);
	progress.tree.recountQuotas();
	const { tree, sessions, replayedTxns, replayedBytes } = progress;
	return { tree, sessions, snapshot: start.snapshot, replayedTxns, replayedBytes, unborn, notes };
}

interface Start {
	readonly snapshot: string | undefined;
	readonly state: Pick<Progress, "tree" | "sessions" | "digest">;
}

function startOf(snapshots: SourceFolder, logs: SourceFolder, options: RestoreOptions, notes: string[]): Start {
	const names = snapshots.list();
	const files = snapshotFiles(names).filter(({ zxid }) => zxid <= (options.upTo ?? zxid));
	const compressed = compressedSnapshotFiles(names).at(-1);
	let failure: DamagedFileError | undefined;
	for (const file of files.toReversed()) {
		if (compressed !== undefined && compressed.zxid > file.zxid) break;
		const source = snapshots.source(file.name);
		const loaded = isFinishedSnapshot(source) ? maybeLoad(source, file) : "it was never finished";
		if (typeof loaded === "object" && "state" in loaded) return loaded;
		failure ??= typeof loaded === "string" ? new DamagedFileError(source.name, undefined, loaded) : loaded;
		notes.push(`${file.name} is passed over: ${typeof loaded === "string" ? loaded : loaded.message}`);
	}
	if (compressed !== undefined)
		throw new DamagedFileError(compressed.name, undefined, "compressed snapshots can not be read yet");
	if (failure !== undefined) throw failure;
	return fromNothing(logs, options);
}

/** Without any snapshot there must not be any log either: the missing snapshot may have held data. */
function fromNothing(logs: SourceFolder, options: RestoreOptions): Start {
	const written = logFiles(logs.list()).find(({ name }) => !isUnborn(logs.source(name)));
	if (written !== undefined && !options.trustEmpty)
		throw new DamagedFileError(written.name, undefined, "there are logs but no snapshot; see snapshot.trust.empty");
	return { snapshot: undefined, state: { tree: freshTree(), sessions: new Map(), digest: undefined } };
}

function maybeLoad(source: ByteSource, file: NamedFile): Start | DamagedFileError {
	try {
		const { tree, facts } = loadSnapshot(source);
		// Not the zxid at the end of the file (3.9): that one is of when the walk over the tree had ended, and the part walked
		// first lacks what was done meanwhile. Replaying from the beginning of the walk does no harm.
		tree.lastZxid = file.zxid;
		const sessions = new Map(facts.sessions.map(({ id, timeoutMs }) => [id, timeoutMs]));
		return { snapshot: file.name, state: { tree, sessions, digest: facts.digest } };
	} catch (error) {
		if (error instanceof DamagedFileError) return error;
		throw error;
	}
}

/** Snapshots of old releases lack some. */
export function addBuiltIns(tree: DataTree): void {
	for (const [path, node] of freshTree().walk()) if (tree.node(path) === undefined) tree.restoreNode(path, node);
}

/**
 * Returns the logs without a record. There are several where a start removed one, and the next crash came before any
 * flush: then the removed one is back, beside the one that was new.
 */
function replay(progress: Progress, logs: SourceFolder, options: RestoreOptions): string[] {
	const names = filesAfter(progress.tree.lastZxid, logFiles(logs.list())).map(({ name }) => name);
	const written = names.findLastIndex((name) => !isUnborn(logs.source(name))) + 1;
	for (const name of names.slice(0, written)) replayFile(progress, logs.source(name), options);
	return names.slice(written);
}

/** From the one that could hold the transaction after `last` on. */
function filesAfter(last: Zxid, files: readonly NamedFile[]): readonly NamedFile[] {
	const first = files.findLastIndex(({ zxid }) => zxid <= last + 1);
	return files.slice(Math.max(first, 0));
}

function replayFile(progress: Progress, source: ByteSource, options: RestoreOptions): void {
	let endBytes = 0;
	for (const record of readLog(source, options.bodyBytesMax)) {
		const { zxid } = record.entry.header;
		if (zxid > (options.upTo ?? zxid)) return;
		if (zxid > progress.tree.lastZxid) {
			noteJump(progress, zxid);
			options.onReplay?.(record.entry, progress.tree);
			applyEntry(progress, record.entry);
			compareDigest(progress, zxid, record.entry.digest);
			options.onReplayed?.(record.entry, record.body);
			progress.replayedTxns++;
			progress.replayedBytes += record.endBytes - endBytes;
		}
		endBytes = record.endBytes;
	}
}

/** Within an epoch zxids count by one; a step of more means that a file is missing, or that history had a hole already. */
function noteJump(progress: Progress, zxid: Zxid): void {
	const last = progress.tree.lastZxid;
	const sameEpoch = Math.floor(zxid / 2 ** 32) === Math.floor(last / 2 ** 32);
	if (sameEpoch && zxid !== last + 1)
		progress.notes.push(`the log goes from zxid 0x${last.toString(16)} to 0x${zxid.toString(16)}: is a file missing?`);
}

/** Makes the change while no server is there to make it. */
export function applyEntry(state: Pick<Restored, "tree" | "sessions">, { header, txn }: LogEntry): void {
	if (txn.type === -10) state.sessions.set(header.session, txn.timeoutMs);
	if (txn.type === -11) state.sessions.delete(header.session);
	state.tree.replay(header, txn);
}

/**
 * A fuzzy snapshot agrees with the log from about the transaction on that its own digest names: Apache may have walked over
 * the effects of the next one already. So only a difference that stays counts, and servers go on anyway.
 */
function compareDigest(progress: Progress, zxid: Zxid, logged: bigint | null): void {
	const { tree, digest, differsSince } = progress;
	const expected = digest?.zxid === zxid ? digest.digest : logged;
	if (expected === null || zxid < (digest?.zxid ?? 0)) return;
	progress.differsSince = expected === tree.digest ? undefined : (differsSince ?? zxid);
}
