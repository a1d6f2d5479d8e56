import { drawDensity } from "./bars.js";
import { svgElement } from "./dom.js";
import type { ServerStarts } from "./servers-picture.js";
import { findingOf, type PageState } from "./state.js";
import { type Scale, wholeView, xOf } from "./view.js";

export const overviewHeight = 40;

/** The whole history in one strip, which never changes, as SVG path data. */
export function overviewScale(state: PageState, width: number): Scale {
	return { view: wholeView(state.scene.head.durationUs), left: 0, width, rowHeight: overviewHeight };
}

export function drawOverview(state: PageState, width: number, starts: ServerStarts | undefined): readonly SVGElement[] {
	const scale = overviewScale(state, width);
	const all = mergedStarts(state, starts);
	const load = svgElement("path", {
		class: "density",
		d: all === undefined ? "" : drawDensity(all, 0, all.length, scale, overviewHeight - 10),
	});
	const bands = state.scene.head.bands.map(({ fromUs, toUs }) => {
		const x = xOf(scale, fromUs);
		return svgElement("rect", { class: "band", x, y: 0, width: Math.max(1.5, xOf(scale, toUs) - x), height: 5 });
	});
	const doubts = marksPath(
		scale,
		[...state.scene.inDoubt].map((item) => state.scene.items.start[item] ?? 0),
	);
	const found = findingOf(state)?.lines.map(({ fromUs }) => fromUs) ?? [];
	return [
		load,
		...bands.slice(0, 2000),
		svgElement("path", { class: "overview-doubt", d: doubts }),
		svgElement("path", { class: "overview-found", d: marksPath(scale, found) }),
		...drawWindow(state, scale),
	];
}

/** One mark a pixel: a history may have very many. */
function marksPath(scale: Scale, atUs: readonly number[]): string {
	const columns = new Set(atUs.map((at) => Math.round(xOf(scale, at))));
	return [...columns].map((x) => `M${x} ${overviewHeight - 8}v8`).join("");
}

function drawWindow({ view }: PageState, scale: Scale): SVGElement[] {
	const x = xOf(scale, view.fromUs);
	const right = xOf(scale, view.toUs);
	const outside = `M0 0H${x.toFixed(1)}V${overviewHeight}H0zM${right.toFixed(1)} 0H${scale.width}V${overviewHeight}H${right.toFixed(1)}z`;
	const frame = {
		class: "window",
		x: x - 1,
		y: 0.5,
		width: Math.max(3, right - x + 2),
		height: overviewHeight - 1,
		rx: 2,
	};
	return [svgElement("path", { class: "outside", d: outside }), svgElement("rect", frame)];
}

let merged: Float64Array | undefined;

/** Starts of all calls, rising: put together once, because the strip is drawn with every change. */
function mergedStarts({ scene }: PageState, starts: ServerStarts | undefined): Float64Array | undefined {
	if (starts === undefined) return undefined;
	merged ??= Float64Array.from(scene.items.start).sort();
	return merged;
}
