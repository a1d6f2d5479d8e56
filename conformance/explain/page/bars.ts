import { type Items, itemsBetween, lowerBound } from "./items.js";
import { stripeHeight } from "./layout.js";
import { flagLost, flagOpen, type SceneKind, type SceneLane } from "./scene.js";
import { type Scale, timeAt, xOf } from "./view.js";

/** How a call or event looks; the colours stand in the page's style. */
export const barLooks = ["read", "write", "other", "failed", "doubt", "doubtTail", "event"] as const;
export type BarLook = (typeof barLooks)[number];

/** A lane's calls and events as SVG path data, one path for each look instead of an element for each call. */
export interface LaneBars {
	readonly paths: Readonly<Record<BarLook, string>>;
	/** Not empty instead of all others when there are too many calls for the width. */
	readonly density: string;
	/** Items that are wide enough for a label. */
	readonly labelled: readonly number[];
}

/** A call's rectangle, relative to its lane. */
export interface Bar {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

const barWidthMin = 2;
/** With less room for each call, only their density is drawn. */
const roomMin = 1.5;
const binWidth = 3;
/** How far an open end goes on. */
const tailWidth = 18;
const labelWidthMin = 44;

/** Above and below a bar, as a share of the row: shapes tell what colours do. */
const insets: Readonly<Record<SceneKind["look"], number>> = { write: 0, other: 0.09, read: 0.18, event: 0 };

function lookOf(items: Items, kinds: readonly SceneKind[], item: number): BarLook {
	const flags = items.flags[item] ?? 0;
	const { look } = kinds[items.kind[item] ?? 0] ?? { look: "other" };
	if (look === "event") return "event";
	if ((flags & (flagLost | flagOpen)) !== 0) return "doubt";
	return items.err[item] === 0 ? look : "failed";
}

export function barOf(items: Items, kinds: readonly SceneKind[], scale: Scale, item: number): Bar {
	const { rowHeight } = scale;
	const inset = rowHeight * insets[kinds[items.kind[item] ?? 0]?.look ?? "other"];
	const left = scale.left - 4;
	const right = scale.left + scale.width + tailWidth;
	const x = Math.min(Math.max(xOf(scale, items.start[item] ?? 0), left), right);
	const end = Math.min(Math.max(xOf(scale, items.end[item] ?? 0), left), right);
	const y = stripeHeight + (items.slot[item] ?? 0) * rowHeight + inset;
	return { x, y, width: Math.max(barWidthMin, end - x), height: rowHeight - 2 - 2 * inset };
}

export function drawLane(items: Items, kinds: readonly SceneKind[], lane: SceneLane, scale: Scale): LaneBars {
	const [from, to] = itemsBetween(items, lane, scale.view.fromUs, scale.view.toUs);
	const paths: Record<BarLook, string> = {
		read: "",
		write: "",
		other: "",
		failed: "",
		doubt: "",
		doubtTail: "",
		event: "",
	};
	if (isDense(to - from, lane, scale))
		return { paths, density: drawDensity(items.start, from, to, scale, lane.slots * scale.rowHeight), labelled: [] };
	const labelled: number[] = [];
	for (let item = from; item < to; item++) {
		const look = lookOf(items, kinds, item);
		const bar = barOf(items, kinds, scale, item);
		paths[look] += look === "event" ? diamond(bar.x) : rectangle(bar);
		if (look === "doubt") paths.doubtTail += tail(bar);
		if (look !== "event" && bar.width >= labelWidthMin) labelled.push(item);
	}
	return { paths, density: "", labelled };
}

/** Whether a lane's calls are too many for the width to be drawn one by one. */
export function isDense(count: number, lane: SceneLane, scale: Scale): boolean {
	return count * roomMin > scale.width * lane.slots;
}

function rectangle({ x, y, width, height }: Bar): string {
	const [w, h] = [width.toFixed(1), height.toFixed(1)];
	return `M${x.toFixed(1)} ${y.toFixed(1)}h${w}v${h}h-${w}z`;
}

function diamond(x: number): string {
	return `M${x.toFixed(1)} -1l4 5l-4 5l-4 -5z`;
}

/** In doubt: it may have happened at any time from its call on. */
function tail({ x, y, width, height }: Bar): string {
	return `M${(x + width).toFixed(1)} ${(y + height / 2).toFixed(1)}h${tailWidth}m-5 -3l5 3l-5 3`;
}

/** Columns as high as there are calls in each stretch of three pixels; `starts` rise from `from` to below `to`. */
export function drawDensity(starts: Float64Array, from: number, to: number, scale: Scale, height: number): string {
	const counts = countBins(starts, from, to, scale);
	const highest = Math.max(1, ...counts);
	let path = "";
	counts.forEach((count, bin) => {
		if (count === 0) return;
		const column = Math.max(1.5, (count / highest) * height);
		path += `M${scale.left + bin * binWidth} ${(stripeHeight + height - column).toFixed(1)}h${binWidth}v${column.toFixed(1)}h-${binWidth}z`;
	});
	return path;
}

function countBins(starts: Float64Array, from: number, to: number, scale: Scale): number[] {
	const bins = Math.ceil(scale.width / binWidth);
	let low = lowerBound(starts, timeAt(scale, scale.left), from, to);
	return Array.from({ length: bins }, (_, bin) => {
		const high = lowerBound(starts, timeAt(scale, scale.left + (bin + 1) * binWidth), low, to);
		const count = high - low;
		low = high;
		return count;
	});
}
