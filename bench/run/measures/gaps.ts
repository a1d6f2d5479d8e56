import type { LoadResult } from "../../load/contract.js";
import type { Round } from "../../report/report.js";

/** The longest time without an answered write or read after somebody was killed; absent: nobody was. */
export type GapFigures = Readonly<Partial<Record<"leaderWriteGapMs" | "followerWriteGapMs" | "readGapMs", number>>>;

/** Of these samples, after these events. */
export function gapFigures({ samples }: Pick<LoadResult, "samples">, events: NonNullable<Round["events"]>): GapFigures {
	const kills = events.filter(({ text }) => text.includes(" killed"));
	const leaders = kills.filter(({ text }) => text.startsWith("leader"));
	const others = kills.filter((event) => !leaders.includes(event));
	const longest = (from: typeof kills, kind: "reads" | "writes") =>
		Math.max(...from.map(({ atMs }) => silenceMs(samples, atMs, kind)));
	return {
		...(leaders.length > 0 && { leaderWriteGapMs: longest(leaders, "writes") }),
		...(others.length > 0 && { followerWriteGapMs: longest(others, "writes") }),
		...(kills.length > 0 && { readGapMs: longest(kills, "reads") }),
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
