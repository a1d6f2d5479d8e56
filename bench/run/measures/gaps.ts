import type { LoadResult } from "../../load/contract.js";
import type { Round } from "../../report/report.js";

/** The longest time without an answered write after a leader was killed, after a follower was, and without a read. */
export function gapFigures(
	{ samples }: Pick<LoadResult, "samples">,
	events: NonNullable<Round["events"]>,
): Readonly<Record<string, number>> {
	const kills = events.filter(({ text }) => text.includes(" killed"));
	const leaders = kills.filter(({ text }) => text.startsWith("leader"));
	const longest = (from: typeof kills, kind: "reads" | "writes") =>
		Math.max(0, ...from.map(({ atMs }) => silenceMs(samples, atMs, kind)));
	return {
		leaderWriteGapMs: longest(leaders, "writes"),
		followerWriteGapMs: longest(
			kills.filter((event) => !leaders.includes(event)),
			"writes",
		),
		readGapMs: longest(kills, "reads"),
	};
}

/** How long after an event it may begin: servers are killed between two samples. */
const soonMs = 1000;

/** The longest time without any, that begins within a second after that moment; in whole samples. */
function silenceMs(samples: LoadResult["samples"], fromMs: number, kind: "reads" | "writes"): number {
	const stepMs = (samples[1]?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
	let longest = 0;
	let silent = 0;
	let beganMs = 0;
	for (const sample of samples) {
		if (sample.atMs < fromMs) continue;
		if (silent === 0) beganMs = sample.atMs;
		silent = sample[kind] === 0 ? silent + stepMs : 0;
		if (beganMs <= fromMs + soonMs) longest = Math.max(longest, silent);
	}
	return longest;
}
