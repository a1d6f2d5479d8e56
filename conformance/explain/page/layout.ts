import type { SceneLane } from "./scene.js";

/** Above the rows: the stripe that tells the server. */
export const stripeHeight = 8;
/** How much room lanes have, in pixels. */
export interface LaneShape {
	/** Of one row of calls, with the gap below it. */
	readonly rowHeight: number;
	/** Below a lane. */
	readonly gap: number;
}

/** The few lanes of a finding have room for labels, and for numbers above the bars. */
export const laneShapes = { many: { rowHeight: 13, gap: 6 }, few: { rowHeight: 22, gap: 26 } } as const;

/** One lane's place in the scrolled picture. */
export interface PlacedLane {
	readonly lane: number;
	readonly y: number;
	readonly height: number;
}

/** Lanes one below the other, in the order given. */
export function placeLanes(
	lanes: readonly SceneLane[],
	shown: readonly number[],
	{ rowHeight, gap }: LaneShape,
): readonly PlacedLane[] {
	let y = gap;
	return shown.map((lane) => {
		const height = stripeHeight + (lanes[lane]?.slots ?? 1) * rowHeight + gap;
		const placed = { lane, y, height };
		y += height;
		return placed;
	});
}

export function heightOf(placed: readonly PlacedLane[]): number {
	const last = placed.at(-1);
	return last === undefined ? 0 : last.y + last.height;
}

/** Those that are at least in part between two heights. */
export function lanesWithin(placed: readonly PlacedLane[], fromY: number, toY: number): readonly PlacedLane[] {
	let low = 0;
	let high = placed.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const lane = placed[middle];
		if (lane !== undefined && lane.y + lane.height <= fromY) low = middle + 1;
		else high = middle;
	}
	let end = low;
	while (end < placed.length && (placed[end]?.y ?? 0) < toY) end++;
	return placed.slice(low, end);
}

/** A client's sessions stand together, in the order in which they came. */
export function lanesByClient(lanes: readonly SceneLane[]): readonly number[] {
	return lanes
		.map((_, lane) => lane)
		.filter((lane) => (lanes[lane]?.client ?? -1) >= 0 || (lanes[lane]?.count ?? 0) > 0)
		.sort((a, b) => (lanes[a]?.client ?? 0) - (lanes[b]?.client ?? 0) || a - b);
}
