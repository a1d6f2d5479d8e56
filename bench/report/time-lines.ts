import type { Chart, TimedEvent, TimedPoint } from "./page/chart.js";
import type { Cell, Round } from "./report.js";
import { validityOf } from "./validity.js";

/** Throughput while servers were hurt: a picture where rounds tell of events, one choice for each of a cell's rounds. */
export function timeLines(workload: string, cells: readonly Cell[]): Chart[] {
	const rounds = cells.flatMap((cell) => validityOf(cell).rounds.map((round, index) => ({ cell, round, index })));
	const told = rounds.filter(({ round }) => (round.events ?? []).length > 0);
	if (told.length === 0) return [];
	const places = told.map(({ cell, round, index }) => ({ round, facet: cell.subject, choice: choiceOf(cell, index) }));
	const samples = places.flatMap(({ round, facet, choice }) => timedPoints(round, facet, choice));
	const events = places.flatMap(({ round, facet, choice }) => timedEvents(round, facet, choice));
	return [
		{
			title: `${workload}: throughput through failures`,
			notes: ["Answered in each sample, as a rate; the numbered lines are what was done to the servers."],
			picture: { kind: "time-line", samples, events },
		},
	];
}

function choiceOf({ servers }: Cell, index: number): string {
	return `${servers} servers, round ${index + 1}`;
}

function timedPoints({ load: { samples } }: Round, facet: string, choice: string): TimedPoint[] {
	const sampleMs = (samples[1]?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
	if (sampleMs <= 0) return [];
	return samples.flatMap(({ atMs, reads, writes }) => {
		const place = { seconds: atMs / 1000, facet, choice };
		const rate = (count: number) => Math.round((count * 1000) / sampleMs);
		return [
			{ ...place, kind: "reads", perSecond: rate(reads) },
			{ ...place, kind: "writes", perSecond: rate(writes) },
		] as const;
	});
}

function timedEvents({ events = [] }: Round, facet: string, choice: string): TimedEvent[] {
	return events.map(({ atMs, text }) => ({
		seconds: atMs / 1000,
		text: `${(atMs / 1000).toFixed(1)} s: ${text}`,
		facet,
		choice,
	}));
}
