import * as fs from "node:fs";
import { basename, join } from "node:path";
import { type ServerId, serverId } from "../model/ids.js";
import {
	type EnsembleConfig,
	EnsembleConfigError,
	isEnsembleKey,
	parseEnsembleConfig,
} from "../zab/ensemble-config.js";
import type { Endpoint, Member } from "../zab/member.js";
import { ConfigError } from "./config-error.js";
import type { Settings } from "./settings.js";
import { type Assignment, type Configuration, readZooCfg } from "./zoo-cfg.js";

/** What the server, group and weight lines make of this server. */
export type Membership =
	| { readonly type: "standalone"; readonly settings: Settings; readonly notes: readonly string[] }
	| {
			readonly type: "member";
			/** With the client port of the own server line. */
			readonly settings: Settings;
			readonly own: Member;
			readonly config: EnsembleConfig;
			readonly initLimit: number;
			readonly syncLimit: number;
			readonly notes: readonly string[];
	  };

/**
 * Reads the dynamic configuration file and `myid` too, where they are needed.
 * @throws ConfigError for lines that do not fit each other, and for a `myid` that does not fit them
 */
export function membershipOf({ settings, memberLines }: Configuration, dataDir: string): Membership {
	const lines = settings.dynamicConfigFile === undefined ? memberLines : dynamicLines(settings, memberLines);
	const [first] = lines;
	if (first === undefined) return { type: "standalone", settings, notes: [] };
	const config = parseLines(lines);
	const voters = [...config.members.values()].filter(({ role }) => role === "participant").length;
	if (voters === 0) throw new ConfigError(first.place, "none of the servers is a participant");
	if (voters === 1 && settings.standaloneEnabled) return loneServer(settings, config, first.place);
	const { initLimit, syncLimit } = settings;
	if (initLimit === undefined) throw new ConfigError(first.place, "an ensemble needs initLimit, which is not set");
	if (syncLimit === undefined) throw new ConfigError(first.place, "an ensemble needs syncLimit, which is not set");
	const id = readMyId(join(dataDir, "myid"), config, settings);
	const own = ownMember(config, id, settings);
	const { client } = own;
	return {
		type: "member",
		settings: client === undefined ? settings : withClientPort(settings, client),
		own,
		config: { ...config, members: new Map([...config.members, [id, own]]) },
		initLimit,
		syncLimit,
		notes: [...tolerance(voters), ...rightPeerType(settings, own)],
	};
}

/** With one line it is not an ensemble, unless standaloneEnabled says so; the line may name the client port. */
function loneServer(settings: Settings, config: EnsembleConfig, place: string): Membership {
	const [only, ...observers] = [...config.members.values()].sort((a) => (a.role === "participant" ? -1 : 1));
	if (observers.length > 0) throw new ConfigError(place, "observers of a single server need standaloneEnabled=false");
	const alone = only?.client === undefined ? settings : withClientPort(settings, only.client);
	return { type: "standalone", settings: alone, notes: [`${place}: one server line only: a standalone server`] };
}

function dynamicLines({ dynamicConfigFile = "" }: Settings, memberLines: readonly Assignment[]): readonly Assignment[] {
	const [misplaced] = memberLines;
	if (misplaced !== undefined)
		throw new ConfigError(misplaced.place, `${misplaced.key} belongs into ${dynamicConfigFile} (dynamicConfigFile)`);
	const lines = readZooCfg(dynamicConfigFile);
	for (const { place, key } of lines)
		if (!isEnsembleKey(key)) throw new ConfigError(place, `${key} does not belong into a dynamic configuration file`);
	if (lines.some(({ key }) => key === "version")) return lines;
	// Apache keeps the version in the file's name: zoo.cfg.dynamic.100000000.
	const version = /\.([0-9a-f]+)$/i.exec(basename(dynamicConfigFile))?.[1];
	const place = dynamicConfigFile;
	return version === undefined ? lines : [...lines, { place, valuePlace: place, key: "version", value: version }];
}

function parseLines(lines: readonly Assignment[]): EnsembleConfig {
	try {
		return parseEnsembleConfig(lines.map(({ key, value }) => [key, value] as const));
	} catch (error) {
		if (!(error instanceof EnsembleConfigError)) throw error;
		const { key, message } = error;
		const line = lines.findLast((each) => each.key === key) ?? lines[0];
		throw new ConfigError(line?.valuePlace ?? "configuration", `${key ?? "servers"}: ${message}`);
	}
}

/** Session ids have one byte for it, and 255 marks TTL nodes. */
const idMax = { plain: 255, extendedTypes: 254 };

function readMyId(path: string, config: EnsembleConfig, { extendedTypesEnabled }: Settings): ServerId {
	const text = readText(path).trim();
	const max = extendedTypesEnabled ? idMax.extendedTypes : idMax.plain;
	if (!/^\d{1,3}$/.test(text) || Number(text) > max)
		throw new ConfigError(path, `expected this server's number, from 0 to ${max}, not "${text.slice(0, 40)}"`);
	const id = serverId(Number(text));
	if (config.members.has(id)) return id;
	const known = [...config.members.keys()].join(", ");
	throw new ConfigError(path, `this is server ${id}, but there is no line server.${id}: the servers are ${known}`);
}

function readText(path: string): string {
	try {
		return fs.readFileSync(path, "utf8");
	} catch (error) {
		if (!(error instanceof Error && "errno" in error)) throw error;
		throw new ConfigError(
			path,
			`can not be read; it must hold the N of this server's line server.N (${error.message})`,
		);
	}
}

/**
 * Where the line has a client port, the static file's must agree. One that only the static file has stays out of the
 * configuration: as Apache's servers do, all members show the same text.
 */
function ownMember(config: EnsembleConfig, id: ServerId, settings: Settings): Member {
	const own = config.members.get(id);
	if (own === undefined) throw new ConfigError("myid", `there is no line server.${id}`);
	const { clientPort, clientPortAddress = anywhere } = settings;
	const { client } = own;
	if (clientPort === undefined || client === undefined) return own;
	if (client.port !== clientPort || client.host !== clientPortAddress)
		throw new ConfigError(
			`server.${id}`,
			`its clients' address ${client.host}:${client.port} is not that of clientPort, ${clientPortAddress}:${clientPort}`,
		);
	return own;
}

const anywhere = "0.0.0.0";

function withClientPort(settings: Settings, { host, port }: Endpoint): Settings {
	return { ...settings, clientPort: port, clientPortAddress: host === anywhere ? undefined : host };
}

function tolerance(voters: number): readonly string[] {
	if (voters <= 2) return [`${voters} voters tolerate no failure of a server; 3 tolerate one`];
	return voters % 2 === 0 ? [`${voters} voters tolerate no more failures than ${voters - 1}`] : [];
}

function rightPeerType({ peerType }: Settings, { id, role }: Member): readonly string[] {
	if (peerType === undefined || peerType === role) return [];
	return [`peerType=${peerType} is ignored: the line server.${id} says ${role}`];
}
