import { describeZxid, type ServerId, serverId, type Zxid, zxid, zxidZero } from "../model/ids.js";
import { describeMember, type Member, parseMember } from "./member.js";

/** Who belongs to an ensemble, and whose votes count how much. */
export interface EnsembleConfig {
	/** In ascending order of their ids. */
	readonly members: ReadonlyMap<ServerId, Member>;
	/** Undefined: every participant's vote counts the same, and more than half of them decide. */
	readonly groups: Groups | undefined;
	/** The zxid of the change that made it; 0 until the ensemble has a leader for the first time. */
	readonly version: Zxid;
}

export interface Groups {
	readonly groupOf: ReadonlyMap<ServerId, number>;
	/** Of every participant. */
	readonly weightOf: ReadonlyMap<ServerId, number>;
}

/** What is wrong with one line of a configuration. */
export class EnsembleConfigError extends Error {
	override readonly name = "EnsembleConfigError";
	/** The line's key: "server.3". Undefined: the lines do not fit each other. */
	readonly key: string | undefined;

	constructor(key: string | undefined, reason: string) {
		super(reason);
		this.key = key;
	}
}

/** Whether a key is for `parseEnsembleConfig`. */
export const isEnsembleKey = (key: string): boolean => /^(server|group|weight)\.|^version$/.test(key);

/**
 * The ensemble that these lines of a zoo.cfg describe: server.N, group.N, weight.N and version.
 * @throws EnsembleConfigError
 */
export function parseEnsembleConfig(lines: Iterable<readonly [key: string, value: string]>): EnsembleConfig {
	const draft = new Draft();
	for (const [key, value] of lines) draft.take(key, value.trim());
	return draft.finish();
}

/** The text that a config node, NEWLEADER and notifications carry. @throws EnsembleConfigError */
export function parseConfigText(text: string): EnsembleConfig {
	const lines = text.split(/\r\n|\n|\r/).filter((line) => !/^\s*([#!]|$)/.test(line));
	return parseEnsembleConfig(lines.map((line) => keyAndValue(line)));
}

/** As `parseConfigText`; undefined for a text that is no configuration. */
export function maybeConfig(text: string): EnsembleConfig | undefined {
	try {
		return parseConfigText(text);
	} catch (error) {
		if (!(error instanceof EnsembleConfigError)) throw error;
		return undefined;
	}
}

/** Apache's text of a configuration, in Apache's order. */
export function configText(config: EnsembleConfig): string {
	const members = inHashOrder([...config.members]);
	const lines = members.map(([id, member]) => `server.${id}=${describeMember(member)}`);
	lines.push(...(config.groups === undefined ? [] : groupLines(config.groups)));
	return [...lines, `version=${describeZxid(config.version).replace("0x", "")}`].join("\n");
}

/** The same ensemble at another version. */
export const withVersion = (config: EnsembleConfig, version: Zxid): EnsembleConfig => ({ ...config, version });

/** The version in the text of a configuration, without looking at the rest; undefined when there is none. */
export function maybeVersionOf(text: string): Zxid | undefined {
	const version = /^version=([0-9a-f]{1,13})\s*$/m.exec(text)?.[1];
	return version === undefined ? undefined : zxid(Number.parseInt(version, 16));
}

/** The same servers in the same parts; versions may differ. */
export function sameEnsemble(one: EnsembleConfig, other: EnsembleConfig): boolean {
	return configText(withVersion(one, zxidZero)) === configText(withVersion(other, zxidZero));
}

function keyAndValue(line: string): readonly [string, string] {
	const at = line.indexOf("=");
	if (at < 0) throw new EnsembleConfigError(undefined, `"${line.slice(0, 80)}" is not key=value`);
	return [line.slice(0, at).trim(), line.slice(at + 1)];
}

function groupLines({ groupOf, weightOf }: Groups): string[] {
	const inGroups = new Map<number, ServerId[]>();
	for (const [id, group] of inHashOrder([...groupOf])) inGroups.set(group, [...(inGroups.get(group) ?? []), id]);
	return [
		...inHashOrder([...inGroups]).map(([group, ids]) => `group.${group}=${ids.join(":")}`),
		...inHashOrder([...weightOf]).map(([id, weight]) => `weight.${id}=${weight}`),
	];
}

/** As Java's HashMap lists small numbers: 17 stands between 1 and 2 while there are 16 buckets. */
function inHashOrder<K extends number, V>(entries: [K, V][]): [K, V][] {
	let buckets = 16;
	while (entries.length > 0.75 * buckets) buckets *= 2;
	return entries.sort(([a], [b]) => (a % buckets) - (b % buckets) || a - b);
}

/** Lines come in any order, so that groups can be judged only when all are there. */
class Draft {
	readonly #members = new Map<ServerId, Member>();
	readonly #groupOf = new Map<ServerId, number>();
	readonly #weightOf = new Map<ServerId, number>();
	#version = zxidZero;

	take(key: string, value: string): void {
		const [kind, number] = key.split(".", 2) as [string, string | undefined];
		if (key === "version") this.#version = parseVersion(value);
		else if (kind === "server") this.#server(key, numberOf(key, number ?? "", 255), value);
		else if (kind === "group") this.#group(key, numberOf(key, number ?? ""), value);
		else if (kind === "weight") this.#weight(key, numberOf(key, number ?? "", 255), value);
	}

	finish(): EnsembleConfig {
		const members = new Map([...this.#members].sort(([a], [b]) => a - b));
		assertNoSharedPort([...members.values()]);
		if (this.#groupOf.size === 0 && this.#weightOf.size > 0) {
			throw new EnsembleConfigError(`weight.${[...this.#weightOf.keys()][0]}`, "weights need groups");
		}
		return { members, groups: this.#groupOf.size === 0 ? undefined : this.#groups(), version: this.#version };
	}

	#server(key: string, number: number, value: string): void {
		const id = serverId(number);
		if (this.#members.has(id)) throw new EnsembleConfigError(key, `there are two lines for ${key}`);
		const member = parseMember(id, value);
		if (typeof member === "string") throw new EnsembleConfigError(key, member);
		this.#members.set(id, member);
	}

	#group(key: string, group: number, value: string): void {
		for (const text of value.split(":")) {
			const id = serverId(numberOf(key, text.trim(), 255));
			const other = this.#groupOf.get(id);
			if (other !== undefined) throw new EnsembleConfigError(key, `server ${id} is in group ${other} already`);
			this.#groupOf.set(id, group);
		}
	}

	#weight(key: string, number: number, value: string): void {
		this.#weightOf.set(serverId(number), numberOf(key, value));
	}

	#groups(): Groups {
		const weightOf = new Map<ServerId, number>();
		for (const { id, role } of this.#members.values()) {
			if (role !== "participant") continue;
			if (!this.#groupOf.has(id)) throw new EnsembleConfigError(`server.${id}`, `server ${id} is in no group`);
			weightOf.set(id, this.#weightOf.get(id) ?? 1);
		}
		for (const [id, group] of this.#groupOf) {
			if (weightOf.has(id)) continue;
			throw new EnsembleConfigError(`group.${group}`, `group ${group} names ${id}, which is no participant`);
		}
		if (![...weightOf.values()].some((weight) => weight > 0)) {
			throw new EnsembleConfigError(undefined, "no server has a weight above 0");
		}
		return { groupOf: new Map(this.#groupOf), weightOf };
	}
}

function assertNoSharedPort(members: readonly Member[]): void {
	const seen = new Map<string, ServerId>();
	for (const { id, addresses } of members) {
		for (const { host, quorumPort, electionPort } of addresses) {
			for (const port of [quorumPort, electionPort]) {
				const endpoint = `${host}:${port}`;
				const other = seen.get(endpoint);
				if (other !== undefined) {
					throw new EnsembleConfigError(`server.${id}`, `${endpoint} is used twice (server.${other})`);
				}
				seen.set(endpoint, id);
			}
		}
	}
}

function numberOf(key: string, text: string, max = 2 ** 31 - 1): number {
	if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text);
	throw new EnsembleConfigError(key, `"${text}" is not a whole number from 0 to ${max}`);
}

function parseVersion(text: string): Zxid {
	if (!/^[0-9a-f]{1,13}$/i.test(text)) throw new EnsembleConfigError("version", `"${text}" is not a hex number`);
	return zxid(Number.parseInt(text, 16));
}
