/** A zxid as the clients print it: `cZxid = 0x1f` or `mzxid=1f`. */
const zxidField = /\b([cmp][zZ]xid)( ?= ?)(?:0x)?([0-9a-f]+)\b/g;
const timeField = /\b((?:c|m)time) ?= ?.*$/;
const ownerField = /\b(ephemeralOwner ?= ?)(?:0x)?([0-9a-f]+)\b/;
/** Watch events come from a thread of their own: kept in their order, but apart. */
const watchEvent = /^WatchedEvent /;
const noise = /^(?:\s*|WATCHER::|time = \d+ msec)$/;

/** What one command of a line-based client printed. */
export interface Exchange {
	readonly command: string;
	readonly output: readonly string[];
}

/**
 * The part of a session that may not depend on the server: times and session ids are blanked, zxids become distances to
 * the first one that was printed, names of children are sorted.
 */
export function transcript(exchanges: readonly Exchange[]): string[] {
	const relative = relativeZxids();
	const lines: string[] = [];
	const events: string[] = [];
	for (const { command, output } of exchanges) {
		lines.push(`> ${command}`);
		// The server keeps a session's identities in a set: no order is promised.
		const answer = command === "whoami" ? [...output].sort() : output;
		const told = answer.filter((line) => !noise.test(line));
		events.push(...told.filter((line) => watchEvent.test(line)));
		lines.push(...sortedRuns(told.filter((line) => !watchEvent.test(line))).map((line) => relative(blanked(line))));
	}
	return [...lines, "> events", ...events];
}

function blanked(line: string): string {
	return line
		.replace(timeField, "$1 = <time>")
		.replace(ownerField, (whole, name: string, id: string) => (/^0+$/.test(id) ? whole : `${name}<session>`));
}

function relativeZxids(): (line: string) => string {
	let first: bigint | undefined;
	return (line) =>
		line.replace(zxidField, (_, name: string, equals: string, hex: string) => {
			const value = BigInt(`0x${hex}`);
			first ??= value;
			const distance = value - first;
			return `${name}${equals}${value === 0n ? "0" : `first${distance < 0n ? "" : "+"}${distance}`}`;
		});
}

/** Runs of lines that are nothing but one indented name: a list of children in the server's own order. */
function sortedRuns(lines: readonly string[]): string[] {
	const sorted: string[] = [];
	let run: string[] = [];
	for (const line of [...lines, ""]) {
		if (/^\t[^\s=]+$/.test(line)) run.push(line);
		else {
			sorted.push(...run.sort(), line);
			run = [];
		}
	}
	return sorted.slice(0, -1);
}

/** The first difference in words, with the command it belongs to; undefined where both are equal. */
export function maybeDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
	const length = Math.max(expected.length, actual.length);
	const at = Array.from({ length }, (_, i) => i).filter((i) => expected[i] !== actual[i]);
	const [first] = at;
	if (first === undefined) return undefined;
	const command = expected.slice(0, first + 1).findLast((line) => line.startsWith("> "));
	const shown = (lines: readonly string[]) => lines.slice(first, first + 4).map((line) => `    ${line}`);
	const difference = [`  ${at.length} lines differ, first after "${command}":`, "  Apache:", ...shown(expected)];
	return [...difference, "  bundled:", ...shown(actual)].join("\n");
}
