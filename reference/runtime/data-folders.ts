import * as fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { logFiles, snapshotFiles } from "../log/file-names.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { lockFolder } from "./folder-lock.js";

/** Where the files are: `version-2` below the configured folders. */
export interface DataFolders {
	readonly snapshots: string;
	readonly logs: string;
}

/**
 * Makes the folders and takes them for this process.
 * @throws StartError when they can not be written to, are another server's, or are mixed up
 */
export function openDataFolders(dataDir: string, dataLogDir: string | undefined): DataFolders {
	const folders = { snapshots: resolve(dataDir, "version-2"), logs: resolve(dataLogDir ?? dataDir, "version-2") };
	for (const folder of distinct(folders)) mustBeWritable(folder);
	if (folders.snapshots !== folders.logs) checkContents(folders);
	for (const folder of distinct(folders)) lockFolder(folder);
	return folders;
}

/** @throws StartError when the folder is not there, can not be made, or can not be written to */
export function mustBeWritable(folder: string): void {
	try {
		makeFolder(folder);
		fs.accessSync(folder, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new StartError(exitCodes.dataDir, `the data directory ${folder} can not be used: ${reason}`);
	}
}

/**
 * Makes a folder and those above it.
 * Not `recursive`, with which Node 20 never comes back from a place that takes no folders (/proc).
 */
function makeFolder(folder: string): void {
	if (fs.existsSync(folder)) return;
	makeFolder(dirname(folder));
	fs.mkdirSync(folder);
}

/** With two folders, a file of the wrong kind means that they were swapped or were one before. */
function checkContents(folders: DataFolders): void {
	const [log] = logFiles(fs.readdirSync(folders.snapshots));
	if (log !== undefined)
		throw new StartError(
			exitCodes.dataDir,
			`${join(folders.snapshots, log.name)}: a log in the folder of the snapshots`,
		);
	const [snapshot] = snapshotFiles(fs.readdirSync(folders.logs));
	if (snapshot !== undefined)
		throw new StartError(
			exitCodes.dataDir,
			`${join(folders.logs, snapshot.name)}: a snapshot in the folder of the logs`,
		);
}

/** Mostly both are the same one. */
function distinct({ snapshots, logs }: DataFolders): ReadonlySet<string> {
	return new Set([snapshots, logs]);
}

/** Sizes in bytes of all the files that a start may read, each once. */
export function dataBytes(folders: DataFolders): number {
	return [...distinct(folders)].reduce((sum, folder) => sum + folderBytes(folder), 0);
}

/** Sizes in bytes of all the files in a folder. */
export function folderBytes(folder: string): number {
	return fs
		.readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + fs.statSync(join(folder, entry.name)).size, 0);
}

/** The snapshot with the largest zxid, and when it was written; undefined when there is none. */
export function lastSnapshotIn(folder: string): { readonly zxid: number; readonly wallMs: number } | undefined {
	const last = snapshotFiles(fs.readdirSync(folder)).at(-1);
	return last && { zxid: last.zxid, wallMs: fs.statSync(join(folder, last.name)).mtimeMs };
}
