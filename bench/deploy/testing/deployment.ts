import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

export interface ServerPlace {
	readonly host: string;
	readonly clientPort: number;
	/** Undefined where every port is open. */
	readonly openPorts: readonly number[] | undefined;
}

export interface Ensemble {
	readonly name: string;
	/** zoo.cfg */
	readonly settings: string;
	/** By number, from 1. */
	readonly members: readonly ServerPlace[];
}

/** Command lines as containers have them. */
export interface Run {
	readonly name: string;
	readonly worker: readonly string[];
	readonly workers: number;
	readonly coordinator: readonly string[];
	/** Folders that stay when the coordinator's container goes. */
	readonly writes: readonly string[];
}

/** What a set of manifests describes, as far as its parts have to fit. */
export interface Deployment {
	readonly name: string;
	readonly runs: readonly Run[];
	readonly ensembles: readonly Ensemble[];
	/** `host:port` of servers for control. */
	readonly controls: readonly string[];
	readonly commands: readonly (readonly string[])[];
	readonly mounts: readonly { readonly name: string; readonly declared: boolean }[];
}

/** Every document of a file; aliases and merged keys are resolved. @throws Error naming what is no YAML */
export function documentsOf<T>(file: string): readonly T[] {
	return parseAllDocuments(readFileSync(file, "utf8"), { merge: true }).map((document) => {
		const [problem] = document.errors;
		if (problem !== undefined) throw new Error(`${file}: ${problem.message}`);
		return document.toJS() as T;
	});
}

/** What Apache ZooKeeper's image makes of its environment. */
const imageSettings: Readonly<Record<string, string>> = {
	ZOO_DATA_LOG_DIR: "dataLogDir",
	ZOO_TICK_TIME: "tickTime",
	ZOO_INIT_LIMIT: "initLimit",
	ZOO_SYNC_LIMIT: "syncLimit",
	ZOO_MAX_CLIENT_CNXNS: "maxClientCnxns",
	ZOO_ADMINSERVER_ENABLED: "admin.enableServer",
	ZOO_4LW_COMMANDS_WHITELIST: "4lw.commands.whitelist",
};

/** @throws Error for a variable that the image does not know */
export function imageZooCfg(environment: Readonly<Record<string, string>>): string {
	const lines = Object.entries(environment).flatMap(([name, value]) => {
		if (name === "ZOO_SERVERS") return value.split(" ");
		const key = imageSettings[name];
		if (key === undefined) throw new Error(`the image knows no ${name}`);
		return [`${key}=${value}`];
	});
	return ["dataDir=/data", ...lines].join("\n");
}
