import { barOf } from "./bars.js";
import { svgElement } from "./dom.js";
import type { LanesFrame } from "./lanes-picture.js";
import { lanesWithin } from "./layout.js";
import type { SceneLane } from "./scene.js";
import { laneOfItem } from "./search.js";
import { findingOf, type PageState } from "./state.js";
import { xOf } from "./view.js";

/** Marks on top of all lanes: what the search found, what is selected, the finding's records in its order. */
export function drawMarks(state: PageState, frame: LanesFrame): readonly SVGElement[] {
	return [...drawMatches(state, frame), ...drawFinding(state, frame), ...drawSelected(state, frame)];
}

interface Spot {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Where an item is on the screen, or undefined when its lane is not shown. */
function spotOf(state: PageState, frame: LanesFrame, lane: number, item: number): Spot | undefined {
	const placed = frame.placed.find((candidate) => candidate.lane === lane);
	if (placed === undefined) return undefined;
	const bar = barOf(state.scene.items, state.scene.head.kinds, frame.scale, item);
	return { ...bar, y: bar.y + placed.y - frame.scrollTop };
}

function drawSelected(state: PageState, frame: LanesFrame): SVGElement[] {
	const lane = laneOfItem(state.scene.laneFirsts, state.selected);
	const spot = state.selected < 0 ? undefined : spotOf(state, frame, lane, state.selected);
	if (spot === undefined) return [];
	const { x, y, width, height } = spot;
	return [
		svgElement("rect", { class: "selected", x: x - 2.5, y: y - 2.5, width: width + 5, height: height + 5, rx: 3 }),
	];
}

function drawMatches(state: PageState, frame: LanesFrame): SVGElement[] {
	if (state.matches.length === 0) return [];
	let path = "";
	for (const { lane, y } of lanesWithin(frame.placed, frame.scrollTop, frame.scrollTop + frame.height)) {
		const part = state.scene.head.lanes[lane];
		if (part !== undefined) path += matchPath(state, part, frame, y - frame.scrollTop);
	}
	return [svgElement("path", { class: "match", d: path })];
}

function matchPath({ scene, matches }: PageState, lane: SceneLane, { scale }: LanesFrame, top: number): string {
	const { start, end } = scene.items;
	let path = "";
	let last = Number.NEGATIVE_INFINITY;
	for (const item of matches) {
		const isHere = item >= lane.first && item < lane.first + lane.count;
		if (!isHere || (end[item] ?? 0) < scale.view.fromUs || (start[item] ?? 0) > scale.view.toUs) continue;
		const x = Math.round(Math.max(scale.left, xOf(scale, start[item] ?? 0)));
		if (x <= last) continue;
		last = x;
		path += `M${x - 3.5} ${top}h7l-3.5 6z`;
	}
	return path;
}

function drawFinding(state: PageState, frame: LanesFrame): SVGElement[] {
	const finding = findingOf(state);
	if (finding === undefined) return [];
	const { scale } = frame;
	const spots = finding.lines.flatMap((line, i) => {
		const spot = line.lane < 0 || line.item < 0 ? undefined : spotOf(state, frame, line.lane, line.item);
		return spot === undefined ? [] : [{ ...spot, number: i + 1, line }];
	});
	const outlines = spots.map(({ x, y, width, height }) =>
		svgElement("rect", { class: "found", x: x - 1.5, y: y - 1.5, width: width + 3, height: height + 3, rx: 2 }),
	);
	const badges = spots.map(({ x, y, width, number }) => {
		const right = scale.left + scale.width;
		const at = Math.min(Math.max(x + width / 2, scale.left + 9), right - 9);
		return { x: at, y: y - 7, number };
	});
	const thread = badges
		.slice(1)
		.map((to, i) => threadBetween(badges[i] ?? to, to))
		.join("");
	const numbered = badges.map(({ x, y, number }) =>
		svgElement(
			"g",
			{ class: "badge", transform: `translate(${x.toFixed(1)} ${y})`, "data-line": number - 1 },
			svgElement("circle", { r: 8 }),
			svgElement("text", { y: 3.6 }, String(number)),
		),
	);
	return [svgElement("path", { class: "thread", d: thread }), ...outlines, ...numbered];
}

function threadBetween(from: { x: number; y: number }, to: { x: number; y: number }): string {
	const lift = Math.min(from.y, to.y) - 14;
	const bend = Math.abs(from.y - to.y) < 20 ? lift : (from.y + to.y) / 2;
	return `M${from.x.toFixed(1)} ${from.y}C${from.x.toFixed(1)} ${bend} ${to.x.toFixed(1)} ${bend} ${to.x.toFixed(1)} ${to.y}`;
}
