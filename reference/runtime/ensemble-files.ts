import * as fs from "node:fs";
import { join } from "node:path";
import { mustBeWritable } from "./data-folders.js";

/** One server of an ensemble on the loopback address. */
export interface LocalMember {
	readonly id: number;
	readonly role: "participant" | "observer";
	readonly clientPort: number;
	readonly quorumPort: number;
	readonly electionPort: number;
	/** Holds `zoo.cfg`, `myid` and the data. */
	readonly folder: string;
}

const host = "127.0.0.1";

export function connectStringOf(members: readonly LocalMember[]): string {
	return members.map(({ clientPort }) => `${host}:${clientPort}`).join(",");
}

/**
 * What is written for one member: the same files that one would write for Apache ZooKeeper.
 * @returns the path of its zoo.cfg
 * @throws StartError when the folder can not be used
 */
export function writeMemberFiles(
	own: LocalMember,
	all: readonly LocalMember[],
	settings: ReadonlyMap<string, string>,
): string {
	mustBeWritable(own.folder);
	fs.writeFileSync(join(own.folder, "myid"), `${own.id}\n`);
	const file = join(own.folder, "zoo.cfg");
	const lines = [
		`dataDir=${own.folder}`,
		`clientPort=${own.clientPort}`,
		`clientPortAddress=${host}`,
		...(own.role === "observer" ? ["peerType=observer"] : []),
		...[...settings].map(([key, value]) => `${key}=${value}`),
		...all.map(serverLine),
	];
	fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
	return file;
}

function serverLine({ id, role, clientPort, quorumPort, electionPort }: LocalMember): string {
	return `server.${id}=${host}:${quorumPort}:${electionPort}:${role};${host}:${clientPort}`;
}
