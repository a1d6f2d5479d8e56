import { drawDensity } from "./bars.js";
import { fitText, svgElement } from "./dom.js";
import { formatTick } from "./format.js";
import { lowerBound } from "./items.js";
import type { SceneBand } from "./scene.js";
import type { Scene } from "./scene-in-page.js";
import { type Scale, ticksOf, xOf } from "./view.js";

export const axisHeight = 24;
const serverHeight = 20;
const bandLabelWidth = 5.8;
const tickLabelWidth = 60;

/** When calls began at each server, rising. */
export type ServerStarts = readonly Float64Array[];

/** Which connection a call went over is known, and so is the server that it was made to. */
export function serverStarts({ head, items }: Scene): ServerStarts {
	const counts = head.servers.map(() => 0);
	const serverOf = (item: number) => head.serverByConnection[items.connection[item] ?? 0] ?? -1;
	for (let i = 0; i < items.start.length; i++) {
		const server = serverOf(i);
		if (server >= 0) counts[server] = (counts[server] ?? 0) + 1;
	}
	const starts = counts.map((count) => new Float64Array(count));
	const next = counts.map(() => 0);
	for (let i = 0; i < items.start.length; i++) {
		const server = serverOf(i);
		const column = starts[server];
		const at = next[server] ?? 0;
		if (column === undefined) continue;
		column[at] = items.start[i] ?? 0;
		next[server] = at + 1;
	}
	for (const column of starts) column.sort();
	return starts;
}

export function serversHeight({ head }: Pick<Scene, "head">): number {
	return axisHeight + head.servers.length * serverHeight + 6;
}

export function drawServers(scene: Scene, scale: Scale, starts: ServerStarts | undefined): readonly SVGElement[] {
	return [
		...drawAxis(scale, serversHeight(scene)),
		...scene.head.servers.flatMap((server, number) => drawServer(scene, scale, starts?.[number], server, number)),
		...drawFaults(scene, scale),
		...drawPhases(scene, scale),
		svgElement("rect", { class: "gutter", x: 0, y: 0, width: scale.left, height: serversHeight(scene) }),
		...scene.head.servers.flatMap((server, number) => drawServerName(server, number, scale.left)),
	];
}

function drawAxis(scale: Scale, height: number): SVGElement[] {
	const { stepUs, atUs } = ticksOf(scale.view, Math.max(2, Math.floor(scale.width / 110)));
	return atUs.flatMap((at) => {
		const x = xOf(scale, at);
		const line = svgElement("path", { class: "tick", d: `M${x.toFixed(1)} ${axisHeight - 6}V${height}` });
		// One that begins behind the names of the servers would be misread.
		if (x < scale.left + tickLabelWidth / 2) return [line];
		return [line, svgElement("text", { class: "tick-label", x, y: axisHeight - 9 }, formatTick(at, stepUs))];
	});
}

function topOf(server: number): number {
	return axisHeight + server * serverHeight;
}

function drawServer(
	{ head }: Scene,
	scale: Scale,
	starts: Float64Array | undefined,
	_server: string,
	number: number,
): SVGElement[] {
	const group = svgElement("g", { transform: `translate(0 ${topOf(number)})` });
	if (starts !== undefined) {
		const from = lowerBound(starts, scale.view.fromUs, 0, starts.length);
		const to = lowerBound(starts, scale.view.toUs, from, starts.length);
		const d = drawDensity(starts, from, to, scale, serverHeight - 9);
		group.append(svgElement("path", { class: `load server-${number % 7}`, d }));
	}
	const bands = head.bands.filter((band) => band.server === number);
	group.append(...bands.flatMap((band) => drawBand(band, scale)));
	return [group];
}

function drawBand({ fromUs, toUs, text }: SceneBand, scale: Scale): SVGElement[] {
	if (toUs < scale.view.fromUs || fromUs > scale.view.toUs) return [];
	const x = Math.max(scale.left, xOf(scale, fromUs));
	const right = Math.min(scale.left + scale.width, xOf(scale, toUs));
	const width = Math.max(2, right - x);
	const band = svgElement("rect", { class: "band", x, y: 1, width, height: serverHeight - 2 });
	const told = fitText(text, width - 8, bandLabelWidth);
	return told === "" ? [band] : [band, svgElement("text", { class: "band-label", x: x + 4, y: 14 }, told)];
}

function drawFaults({ head }: Scene, scale: Scale): SVGElement[] {
	return head.faults
		.filter(({ atUs }) => atUs >= scale.view.fromUs && atUs <= scale.view.toUs)
		.slice(0, 300)
		.flatMap(({ atUs, servers }) => {
			const x = xOf(scale, atUs).toFixed(1);
			const marks = servers.map((server) => `M${x} ${topOf(server)}v${serverHeight}`);
			return [svgElement("path", { class: "fault", d: marks.length > 0 ? marks.join("") : `M${x} ${axisHeight}v6` })];
		});
}

function drawPhases({ head }: Scene, scale: Scale): SVGElement[] {
	return head.phases
		.filter(({ atUs }) => atUs >= scale.view.fromUs && atUs <= scale.view.toUs)
		.flatMap(({ atUs, text }, i) => {
			const x = xOf(scale, atUs);
			const line = svgElement("path", { class: "phase", d: `M${x.toFixed(1)} 0V1000` });
			return [
				line,
				svgElement("text", { class: "phase-label", x: x - 4, y: serversHeight({ head }) - 8 - i * 13 }, text),
			];
		});
}

function drawServerName(server: string, number: number, left: number): SVGElement[] {
	const y = topOf(number) + 14;
	const narrow = left < 150;
	const name = svgElement("text", { class: "lane-name", x: 16, y }, narrow ? `s${number + 1}` : `server ${number + 1}`);
	const dot = svgElement("circle", { class: `load server-${number % 7}`, cx: 9, cy: y - 4, r: 3.5 });
	const text = fitText(server, left - (narrow ? 36 : 88), 6.7);
	return [dot, name, svgElement("text", { class: "lane-session", x: narrow ? 34 : 84, y }, text)];
}
