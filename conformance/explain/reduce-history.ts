import { performance } from "node:perf_hooks";
import { judge } from "../check/judge.js";
import type { Finding } from "../check/verdict.js";
import type { History } from "../history/history.js";
import { type CutHistory, cutHistory, indexHistory } from "./cut-history.js";
import { allParts, connectionOf, gatherParts, type Part, partsOfRecords, pathsOf } from "./parts.js";

/** A history that was cut as far as it still shows a finding. */
export interface ReducedHistory extends CutHistory {
	/** Calls that were left out. */
	readonly removed: number;
	/** False: there was no time to try everything. */
	readonly minimal: boolean;
}

/** Says whether parts of a history show the finding, and nothing that the whole one does not show. */
type Shows = (parts: readonly Part[]) => boolean;

/**
 * Leaves out what a finding does not need. The finding's own records always stay, and its rule has to judge the part the same:
 * the same finding with the same records, and no other than those of the whole. Else a read whose write was left out would
 * look like a second violation, and its reader would be led astray.
 */
export function reduceHistory(
	history: History,
	finding: Finding,
	known: readonly Finding[],
	limitMs: number,
): ReducedHistory {
	const index = indexHistory(history);
	const giveUpAt = performance.now() + limitMs;
	const keys = new Set(known.map((one) => keyOf(one, one.records)));
	const wanted = keyOf(finding, finding.records);
	const shows: Shows = (parts) => {
		const cut = cutHistory(index, gatherParts(parts), finding.rule);
		const verdict = judge(cut.history);
		if (verdict.outcome !== "violated") return false;
		const found = verdict.findings.map((one) =>
			keyOf(
				one,
				one.records.map((record) => cut.ordinals[record] ?? -1),
			),
		);
		return found.includes(wanted) && found.every((key) => keys.has(key));
	};
	const isLate = () => performance.now() > giveUpAt;
	const must = partsOfRecords(history, finding.records);
	const parts = leaveOut(history, must, firstThatShows(history, must, shows), shows, isLate);
	const cut = cutHistory(index, gatherParts(parts), finding.rule);
	return { ...cut, removed: history.calls.count - cut.history.calls.count, minimal: !isLate() };
}

function keyOf({ clause, rule, text }: Finding, records: readonly number[]): string {
	return `${clause} ${rule} ${records.join(" ")} ${text}`;
}

const kindNumbers = { call: 0, event: 1, connection: 2 } as const;

/** Different for different parts. */
function idOf({ kind, number }: Part): number {
	return number * 4 + kindNumbers[kind];
}

/** Tries small beginnings first: judging the whole history again and again would take too long. */
function firstThatShows(history: History, must: readonly Part[], shows: Shows): readonly Part[] {
	const all = allParts(history);
	const paths = new Set(must.flatMap((part) => pathsOf(history, part)));
	const sessions = new Set(must.map((part) => sessionOf(history, part)));
	const ofPaths = (part: Part) => pathsOf(history, part).some((path) => paths.has(path));
	const ofSessions = (part: Part) => sessions.has(sessionOf(history, part));
	const connection = (part: Part) => part.kind === "connection";
	const sizes: readonly ((part: Part) => boolean)[] = [
		(part) => connection(part) && ofSessions(part),
		(part) => ofPaths(part) || (connection(part) && ofSessions(part)),
		(part) => ofPaths(part) || ofSessions(part),
		(part) => ofPaths(part) || ofSessions(part) || connection(part),
	];
	const mustIds = new Set(must.map(idOf));
	for (const fits of [() => false, ...sizes]) {
		const parts = all.filter((part) => mustIds.has(idOf(part)) || fits(part));
		if (shows(parts)) return parts;
	}
	return all;
}

function sessionOf(history: History, part: Part): bigint {
	const connection = history.connections[connectionOf(history, part)];
	return connection?.granted?.session ?? connection?.askedSession ?? 0n;
}

/** Leaves out whole clients, paths and connections, then halves, quarters and so on down to single parts, until none can go. */
function leaveOut(
	history: History,
	must: readonly Part[],
	from: readonly Part[],
	shows: Shows,
	isLate: () => boolean,
): readonly Part[] {
	const mustIds = new Set(must.map(idOf));
	const clientOf = (part: Part) => String(history.connections[connectionOf(history, part)]?.client);
	const groupings: readonly ((part: Part) => string)[] = [
		clientOf,
		(part) => pathsOf(history, part).join(" "),
		(part) => String(connectionOf(history, part)),
	];
	let parts = from;
	const tryWithout = (group: ReadonlySet<Part>): boolean => {
		const rest = parts.filter((part) => !group.has(part) || mustIds.has(idOf(part)));
		if (rest.length === parts.length || isLate() || !shows(rest)) return false;
		parts = rest;
		return true;
	};
	for (const grouping of groupings) for (const group of groupsOf(parts, grouping)) tryWithout(group);
	let size = Math.ceil(parts.length / 2);
	while (size >= 1 && !isLate()) {
		const lessened = chunksOf(parts, size).map(tryWithout).includes(true);
		// What could not go alone may go now that something else went.
		if (size === 1 && !lessened) break;
		size = Math.max(1, Math.floor(size / 2));
	}
	return parts;
}

function chunksOf(parts: readonly Part[], size: number): readonly ReadonlySet<Part>[] {
	const count = Math.ceil(parts.length / size);
	return Array.from({ length: count }, (_, i) => new Set(parts.slice(i * size, (i + 1) * size)));
}

function groupsOf(parts: readonly Part[], grouping: (part: Part) => string): readonly ReadonlySet<Part>[] {
	const groups = new Map<string, Set<Part>>();
	for (const part of parts) {
		const key = grouping(part);
		const known = groups.get(key);
		if (known === undefined) groups.set(key, new Set([part]));
		else known.add(part);
	}
	return [...groups.values()];
}
