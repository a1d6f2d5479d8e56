import { barLooks, barOf, drawLane } from "./bars.js";
import { fitText, svgElement } from "./dom.js";
import { formatZxid } from "./format.js";
import { lanesWithin, type PlacedLane, stripeHeight } from "./layout.js";
import type { SceneConnection, SceneLane } from "./scene.js";
import type { PageState } from "./state.js";
import { type Scale, xOf } from "./view.js";

const labelsMax = 250;
const characterWidth = 6.1;

/** Everything that lanes are drawn with. */
export interface LanesFrame {
	readonly scale: Scale;
	readonly placed: readonly PlacedLane[];
	/** How far the lanes are scrolled, and how much of them is seen, in pixels. */
	readonly scrollTop: number;
	readonly height: number;
}

/** Connections of each lane, by time: drawn as stripes in the colour of the server. */
export function connectionsByLane(connections: readonly SceneConnection[]): ReadonlyMap<number, SceneConnection[]> {
	const byLane = new Map<number, SceneConnection[]>();
	for (const connection of connections) {
		const known = byLane.get(connection[0]);
		if (known === undefined) byLane.set(connection[0], [connection]);
		else known.push(connection);
	}
	return byLane;
}

export function drawLanes(
	state: PageState,
	frame: LanesFrame,
	stripes: ReadonlyMap<number, SceneConnection[]>,
): readonly SVGElement[] {
	const seen = lanesWithin(frame.placed, frame.scrollTop, frame.scrollTop + frame.height);
	return seen.map(({ lane, y, height }) => {
		const group = svgElement("g", { transform: `translate(0 ${y - frame.scrollTop})` });
		const part = state.scene.head.lanes[lane];
		if (part === undefined) return group;
		const { scale } = frame;
		group.append(svgElement("path", { class: "lane-line", d: `M0 ${height - 2.5}H${scale.left + scale.width}` }));
		group.append(...drawStripes(stripes.get(lane) ?? [], scale));
		group.append(...drawCalls(state, part, scale, seen.length));
		group.append(...drawLaneLabel(part, scale.left, height));
		return group;
	});
}

function drawStripes(connections: readonly SceneConnection[], scale: Scale): SVGElement[] {
	const shown = connections.filter(([, , fromUs, toUs]) => toUs >= scale.view.fromUs && fromUs <= scale.view.toUs);
	return shown.slice(0, 500).map(([, server, fromUs, toUs, end]) => {
		const x = Math.max(scale.left, xOf(scale, fromUs));
		const right = Math.min(scale.left + scale.width, xOf(scale, toUs));
		const stripe = { x, y: 2, width: Math.max(1.5, right - x), height: 3, class: `stripe server-${server % 7} ${end}` };
		return svgElement("rect", stripe);
	});
}

function drawCalls(state: PageState, lane: SceneLane, scale: Scale, laneCount: number): SVGElement[] {
	const { items, head } = state.scene;
	const bars = drawLane(items, head.kinds, lane, scale);
	if (bars.density !== "") return [svgElement("path", { class: "density", d: bars.density })];
	const paths = barLooks
		.filter((look) => bars.paths[look] !== "")
		.map((look) => svgElement("path", { class: look, d: bars.paths[look] }));
	return [...paths, ...drawBarLabels(state, bars.labelled.slice(0, Math.ceil(labelsMax / laneCount)), scale)];
}

function drawBarLabels({ scene }: PageState, labelled: readonly number[], scale: Scale): SVGElement[] {
	return labelled.flatMap((item) => {
		const { x, width } = barOf(scene.items, scene.head.kinds, scale, item);
		const left = Math.max(x, scale.left);
		const room = Math.min(x + width, scale.left + scale.width) - left - 6;
		const text = fitText(barLabel(scene, item), room, characterWidth);
		const y = stripeHeight + (scene.items.slot[item] ?? 0) * scale.rowHeight + scale.rowHeight / 2 + 2.6;
		return text === "" ? [] : [svgElement("text", { class: "bar-label", x: left + 3, y }, text)];
	});
}

function barLabel({ head, items }: PageState["scene"], item: number): string {
	const kind = head.kinds[items.kind[item] ?? 0]?.name ?? "";
	const err = items.err[item] ?? 0;
	const zxid = items.zxid[item] ?? 0;
	const answer = err === 0 ? (zxid === 0 ? "" : ` ${formatZxid(zxid)}`) : ` ${head.errorNames[err] ?? err}`;
	return `${kind} ${shortPath(head.paths[items.path[item] ?? 0] ?? "", head.root)}${answer}`;
}

function shortPath(path: string, root: string): string {
	return path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

function drawLaneLabel({ session, client }: SceneLane, left: number, height: number): SVGElement[] {
	const who = client < 0 ? "unknown" : `client ${client}`;
	const y = Math.min(17, height / 2 + 4);
	const cover = svgElement("rect", { class: "gutter", x: 0, y: 0, width: left, height: height - 3 });
	const narrow = left < 150;
	const text = narrow ? who.replace("client ", "c") : who;
	const name = svgElement("text", { class: "lane-name", x: 8, y }, text);
	const short = narrow ? `…${session.slice(-5)}` : fitText(session, left - 80, 6.7);
	const id = svgElement(
		"text",
		{ class: "lane-session", x: narrow ? 30 : 72, y },
		session === "" ? "no session" : short,
	);
	return [cover, name, id];
}
