import * as fs from "node:fs";
import { basename } from "node:path";
import { ConfigError } from "./config-error.js";
import { fields, idleKeys, refusedKeys, type SettingName, type Settings } from "./settings.js";

/** One `key=value`, and where it stands: `zoo.cfg:7:1` or `--set`. */
export interface Assignment {
	readonly place: string;
	readonly valuePlace: string;
	readonly key: string;
	readonly value: string;
}

export interface Configuration {
	readonly settings: Settings;
	/** Lines about members of an ensemble, as they stand: server.N, group.N, weight.N. */
	readonly memberLines: readonly Assignment[];
	/** One line for each key that was taken and changes nothing. */
	readonly notes: readonly string[];
}

/** @throws ConfigError when the file can not be read or parsed */
export function readZooCfg(file: string): Assignment[] {
	try {
		return parseZooCfg(basename(file), fs.readFileSync(file, "utf8"));
	} catch (error) {
		if (error instanceof Error && "errno" in error) throw new ConfigError(file, `can not be read: ${error.message}`);
		throw error;
	}
}

/**
 * The assignments of a file in the format of Java properties, as far as files for ZooKeeper use it: one `key=value` a
 * line, comments after # or ! at the beginning of a line.
 * @throws ConfigError
 */
export function parseZooCfg(file: string, content: string): Assignment[] {
	const assignments: Assignment[] = [];
	for (const [index, line] of content.split(/\r\n|\n|\r/).entries()) {
		if (/^\s*([#!]|$)/.test(line)) continue;
		assignments.push(parseLine(`${file}:${index + 1}`, line));
	}
	return assignments;
}

/** @throws ConfigError */
export function parseFlag(flag: string, content: string): Assignment {
	const match = /^([^=]+)=(.*)$/.exec(content);
	if (match === null) throw new ConfigError(flag, `expected key=value, found "${content}"`);
	return { place: flag, valuePlace: flag, key: bare(match[1] ?? ""), value: (match[2] ?? "").trim() };
}

function parseLine(place: string, line: string): Assignment {
	const match = /^(\s*)([^\s=:]+)(\s*[=:]\s*)(.*?)\s*$/.exec(line);
	const [, indent = "", key = "", separator = "", value = ""] = match ?? [];
	if (match === null)
		throw new ConfigError(`${place}:${line.search(/\S/) + 1}`, `expected key=value: "${line.trim()}"`);
	const column = indent.length + 1;
	const valueColumn = column + key.length + separator.length;
	return { place: `${place}:${column}`, valuePlace: `${place}:${valueColumn}`, key: bare(key), value };
}

/** What Apache takes as the Java property zookeeper.X may stand in its file as X. */
function bare(key: string): string {
	return key.trim().replace(/^zookeeper\./, "");
}

/**
 * Settings from assignments, later ones winning.
 * @throws ConfigError for an unknown key, a value of the wrong kind, and settings that contradict each other
 */
export function configure(assignments: readonly Assignment[]): Configuration {
	const values: Record<string, unknown> = {};
	for (const [name, { initial }] of Object.entries(fields)) values[name] = initial;
	const notes: string[] = [];
	const memberLines = assignments.filter(({ key }) => memberKey.test(key));
	for (const assignment of assignments) if (!memberKey.test(assignment.key)) assign(values, notes, assignment);
	const settings = values as unknown as Settings;
	checkTogether(settings, assignments);
	return { settings, memberLines, notes };
}

const memberKey = /^(server|group|weight)\./;

function assign(values: Record<string, unknown>, notes: string[], assignment: Assignment): void {
	const { place, valuePlace, key, value } = assignment;
	const name = names.get(key);
	if (name === undefined) {
		notes.push(`${place}: ${key} is ignored: ${mustIdle(assignment)}`);
		return;
	}
	const { kind } = fields[name];
	const read = kind.read(value);
	if (read === undefined) throw new ConfigError(valuePlace, `${key} must be ${kind.expected}, not "${value}"`);
	values[name] = read;
}

function mustIdle({ place, key }: Assignment): string {
	const refused = refusedKeys.find(({ pattern }) => pattern.test(key));
	if (refused !== undefined) throw new ConfigError(place, `${key}: ${refused.why}`);
	const idle = idleKeys.find(({ pattern }) => pattern.test(key));
	if (idle !== undefined) return idle.why;
	const near = nearestKey(key);
	throw new ConfigError(place, `unknown key "${key}"${near === undefined ? "" : `; did you mean ${near}?`}`);
}

function checkTogether(settings: Settings, assignments: readonly Assignment[]): void {
	const { min, max } = sessionTimeoutsMs(settings);
	const placeOf = (key: string): string => assignments.findLast((each) => each.key === key)?.place ?? "configuration";
	if (min > max)
		throw new ConfigError(
			placeOf("minSessionTimeout"),
			`minSessionTimeout (${min} ms) must not be larger than maxSessionTimeout (${max} ms)`,
		);
}

/** The bounds for sessions, in ms; left out they are 2 and 20 ticks. */
export function sessionTimeoutsMs(settings: Settings): { readonly min: number; readonly max: number } {
	const { tickTimeMs, minSessionTimeoutMs, maxSessionTimeoutMs } = settings;
	return {
		min: minSessionTimeoutMs === -1 ? 2 * tickTimeMs : minSessionTimeoutMs,
		max: maxSessionTimeoutMs === -1 ? 20 * tickTimeMs : maxSessionTimeoutMs,
	};
}

const names = new Map(Object.entries(fields).map(([name, { key }]) => [key as string, name as SettingName]));

function nearestKey(key: string): string | undefined {
	const scored = Object.values(fields).map((field) => ({ key: field.key, distance: distance(field.key, key) }));
	const best = scored.sort((a, b) => a.distance - b.distance)[0];
	return best !== undefined && best.distance <= 3 ? best.key : undefined;
}

/** Edits from one word to the other, letter case aside. */
function distance(one: string, other: string): number {
	const a = one.toLowerCase();
	const b = other.toLowerCase();
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
