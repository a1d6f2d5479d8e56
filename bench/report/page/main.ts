import type * as PlotModule from "@observablehq/plot";
import type { Axis, Bar, Chart, Picture, Point, TimedEvent, TimedPoint } from "./chart.js";

// The page has the library before this script, as a global of this name.
declare const Plot: typeof PlotModule;

const narrowPx = 640;
const colours = ["var(--s0)", "var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)", "var(--s5)", "var(--s6)"];

type Options = PlotModule.PlotOptions;
type LinesPicture = Extract<Picture, { kind: "lines" }>;
type BarsPicture = Extract<Picture, { kind: "bars" }>;
type TimeLinePicture = Extract<Picture, { kind: "time-line" }>;

function describeMicros(micros: number): string {
	if (micros < 1000) return `${Number(micros.toPrecision(3))} µs`;
	if (micros < 1e6) return `${Number((micros / 1000).toPrecision(3))} ms`;
	return `${Number((micros / 1e6).toPrecision(3))} s`;
}

function describeNumber(value: number): string {
	if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
	if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
	return String(Number(value.toPrecision(3)));
}

function describePercentile(nines: number): string {
	const percent = 100 * (1 - 10 ** -nines);
	return `p${Number(percent.toFixed(Math.max(0, Math.ceil(nines) - 1)))}`;
}

function describeOn({ scale, unit }: Axis): (value: number) => string {
	if (scale === "percentile") return describePercentile;
	if (scale === "time") return (ms) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
	return unit === "micros" ? describeMicros : describeNumber;
}

function scaleOf(axis: Axis, values: readonly number[]): PlotModule.ScaleOptions {
	const common = { label: axis.label, labelOffset: 42, tickFormat: describeOn(axis), grid: true };
	switch (axis.scale) {
		case "linear":
			return { ...common, zero: true, nice: true };
		case "log":
			return { ...common, type: "log", nice: true, ticks: 5 };
		case "percentile":
			return { ...common, ticks: [0, Math.log10(2), 1, 2, 3, 4, 5, 6].filter((tick) => tick <= Math.max(...values)) };
		case "time":
			return { label: axis.label, labelOffset: 42, type: "utc", grid: true };
		case "steps":
			return { ...common, ticks: [...new Set(values)].sort((a, b) => a - b) };
	}
}

/** Room above for the axis' name over the names of facets, and below for the other's under its ticks. */
const frame: Options = { marginLeft: 56, marginTop: 44, marginBottom: 48, style: { fontSize: "12px" } };

/** Side by side where there is room, one below the other on a phone. */
function facetOptions(facets: readonly string[], width: number, height: number): Options {
	const common = { ...frame, width };
	if (facets.length < 2) return { ...common, height };
	if (width > narrowPx) return { ...common, height, fx: { label: null, domain: facets, padding: 0.08 } };
	// Names of facets stand at the right there and would take the room: they are written into the picture instead.
	return {
		...common,
		height: height * 0.8 * facets.length,
		fy: { label: null, axis: null, domain: facets, padding: 0.16 },
	};
}

function facetChannel(facets: readonly string[], width: number): Record<string, string> {
	if (facets.length < 2) return {};
	return width > narrowPx ? { fx: "facet" } : { fy: "facet" };
}

/** On a phone, where facets stand below each other. */
function facetNames(facets: readonly string[], width: number): PlotModule.Markish[] {
	if (facets.length < 2 || width > narrowPx) return [];
	const names = facets.map((facet) => ({ facet }));
	return [Plot.text(names, { fy: "facet", text: "facet", frameAnchor: "top-left", dy: -14, fontWeight: "bold" })];
}

function facetsOf(items: readonly { readonly facet: string }[]): string[] {
	return [...new Set(items.map(({ facet }) => facet))];
}

function drawLines(picture: LinesPicture, width: number): Element {
	const { x, series, points } = picture;
	const y = { ...picture.y, label: picture.y.label || (points[0]?.choice ?? "") };
	const facets = facetsOf(points);
	const facet = facetChannel(facets, width);
	const place = x.scale === "time" ? (point: Point) => new Date(point.x) : "x";
	const names = [...new Set(points.map((point) => point.series))];
	const isDense = x.scale === "percentile";
	const title = (point: Point) => {
		const spread =
			point.least < point.most ? `\nrounds: ${describeOn(y)(point.least)} to ${describeOn(y)(point.most)}` : "";
		const label = point.label === undefined ? "" : `\n${point.label}`;
		return `${point.series}${label}\n${x.label}: ${describeOn(x)(point.x)}\n${y.label}: ${describeOn(y)(point.y)}${spread}`;
	};
	return Plot.plot({
		...facetOptions(facets, width, 340),
		x: {
			...scaleOf(
				x,
				points.map((point) => point.x),
			),
			insetLeft: 12,
			insetRight: 12,
		},
		y: scaleOf(
			y,
			points.map((point) => point.y),
		),
		color: {
			domain: names,
			range: names.map((_, index) => colours[index % colours.length] ?? ""),
			legend: true,
			label: series,
		},
		marks: [
			Plot.frame({ stroke: "var(--line)" }),
			...facetNames(facets, width),
			Plot.ruleX(
				points.filter(({ least, most }) => least < most),
				{ ...facet, x: place, y1: "least", y2: "most", stroke: "series", strokeOpacity: 0.6 },
			),
			Plot.line(points, { ...facet, x: place, y: "y", stroke: "series", strokeWidth: 2 }),
			...(isDense ? [] : [Plot.dot(points, { ...facet, x: place, y: "y", fill: "series", r: 3.5 })]),
			Plot.tip(points, Plot.pointer({ ...facet, x: place, y: "y", title })),
		],
	});
}

function drawBars({ x, bars }: BarsPicture, width: number): Element {
	const parts = [...new Set(bars.map(({ part }) => part))];
	const labels = [...new Set(bars.map(({ label }) => label))];
	const subjects = [...new Set(bars.map(({ subject }) => subject))];
	const isNarrow = width <= narrowPx;
	const rowPx = 18;
	const title = ({ label, subject, part, text }: Bar) => `${label}\n${subject}\n${part}: ${text}`;
	return Plot.plot({
		width,
		marginTop: 44,
		marginBottom: isNarrow ? 44 : 6,
		height: (isNarrow ? 88 : 50) + labels.length * (subjects.length * rowPx + (isNarrow ? 20 : 8)),
		marginLeft: isNarrow ? 96 : 110,
		marginRight: isNarrow ? 16 : 210,
		style: { fontSize: "12px" },
		x: {
			label: x.label,
			grid: true,
			tickFormat: describeNumber,
			nice: true,
			axis: isNarrow ? "bottom" : "top",
			ticks: isNarrow ? 4 : 8,
		},
		y: { label: null, domain: subjects },
		fy: isNarrow
			? { label: null, axis: null, domain: labels, padding: 0.32 }
			: { label: null, domain: labels, padding: 0.16 },
		color: { domain: parts, range: parts.map((_, index) => colours[index % colours.length] ?? ""), legend: true },
		marks: [
			...(isNarrow
				? [
						Plot.text(labels, {
							fy: (label) => label,
							text: (label) => label,
							frameAnchor: "top-left",
							dx: -92,
							dy: -11,
							fontWeight: "bold",
						}),
					]
				: []),
			Plot.barX(bars, { fy: "label", y: "subject", x: "value", fill: "part" }),
			Plot.tip(bars, Plot.pointerY(Plot.stackX({ fy: "label", y: "subject", x: "value", title }))),
		],
	});
}

function drawTimeLine({ samples, events }: TimeLinePicture, width: number): Element {
	const facets = facetsOf(samples);
	const fy = facets.length < 2 ? {} : { fy: "facet" };
	const title = ({ seconds, perSecond, kind }: TimedPoint) =>
		`${seconds.toFixed(2)} s\n${describeNumber(perSecond)} ${kind} a second`;
	const numbered = events.map((event: TimedEvent) => ({ ...event, number: String(numberOf(events, event)) }));
	return Plot.plot({
		...frame,
		width,
		height: 92 + facets.length * (width > narrowPx ? 200 : 160),
		x: { label: "seconds", labelOffset: 42, grid: true },
		y: { label: "operations a second", grid: true, tickFormat: describeNumber, zero: true, nice: true },
		fy: { label: null, axis: null, domain: facets, padding: 0.2 },
		color: { domain: ["reads", "writes"], range: ["var(--s0)", "var(--s2)"], legend: true },
		marks: [
			Plot.frame({ stroke: "var(--line)" }),
			...(facets.length < 2
				? []
				: [
						Plot.text(facets, {
							fy: (facet) => facet,
							text: (facet) => facet,
							frameAnchor: "top-left",
							dx: 4,
							dy: -18,
							fontWeight: "bold",
						}),
					]),
			Plot.ruleX(numbered, { ...fy, x: "seconds", stroke: "var(--wrong)", strokeDasharray: "3 3" }),
			Plot.line(samples, { ...fy, x: "seconds", y: "perSecond", stroke: "kind", strokeWidth: 1.2 }),
			Plot.dot(numbered, { ...fy, x: "seconds", frameAnchor: "top", r: 8, fill: "var(--wrong)" }),
			Plot.text(numbered, {
				...fy,
				x: "seconds",
				frameAnchor: "top",
				lineAnchor: "middle",
				text: "number",
				fill: "var(--ground)",
				fontWeight: "bold",
			}),
			Plot.tip(samples, Plot.pointerX({ ...fy, x: "seconds", y: "perSecond", title })),
		],
	});
}

/** Subjects that were hurt the same way share the numbers. */
function numberOf(events: readonly TimedEvent[], { text, facet, seconds }: TimedEvent): number {
	const before = events.filter((event) => event.facet === facet && event.seconds < seconds);
	const twins = events.filter((event) => event.facet === facet && event.seconds === seconds && event.text < text);
	return before.length + twins.length + 1;
}

function draw(picture: Picture, width: number): Element {
	switch (picture.kind) {
		case "lines":
			return drawLines(picture, width);
		case "bars":
			return drawBars(picture, width);
		case "time-line":
			return drawTimeLine(picture, width);
	}
}

function choicesOf(picture: Picture): string[] {
	switch (picture.kind) {
		case "lines":
			return [...new Set(picture.points.map(({ choice }) => choice))];
		case "bars":
			return [];
		case "time-line":
			return [...new Set(picture.samples.map(({ choice }) => choice))];
	}
}

function chosen(picture: Picture, wanted: string | undefined): Picture {
	const isWanted = ({ choice }: { readonly choice: string }) => wanted === undefined || choice === wanted;
	switch (picture.kind) {
		case "lines":
			return { ...picture, points: picture.points.filter(isWanted) };
		case "bars":
			return picture;
		case "time-line":
			return { ...picture, samples: picture.samples.filter(isWanted), events: picture.events.filter(isWanted) };
	}
}

function add<Name extends keyof HTMLElementTagNameMap>(
	parent: Element,
	name: Name,
	text = "",
): HTMLElementTagNameMap[Name] {
	const element = document.createElement(name);
	element.textContent = text;
	parent.append(element);
	return element;
}

function mount(chart: Chart, parent: Element): void {
	const section = add(parent, "section");
	section.className = "chart";
	add(section, "h3", chart.title);
	for (const note of chart.notes) add(section, "p", note).className = "note";
	const choices = choicesOf(chart.picture);
	const select = choices.length > 1 ? addSelect(section, chart.title, choices) : undefined;
	const figure = add(section, "div");
	const legend = add(section, "ol");
	legend.className = "events";
	const redraw = () => {
		const picture = chosen(chart.picture, select?.value);
		figure.replaceChildren(draw(picture, Math.floor(figure.clientWidth)));
		legend.replaceChildren(...eventItems(picture));
	};
	select?.addEventListener("change", redraw);
	let drawnPx = 0;
	new ResizeObserver(() => {
		if (figure.clientWidth === drawnPx) return;
		drawnPx = figure.clientWidth;
		redraw();
	}).observe(figure);
}

function addSelect(parent: Element, label: string, choices: readonly string[]): HTMLSelectElement {
	const select = add(parent, "select");
	select.setAttribute("aria-label", `${label}: which`);
	for (const choice of choices) add(select, "option", choice).value = choice;
	return select;
}

/** What the numbers in the picture stand for: those of the first subject, since all were hurt the same way. */
function eventItems(picture: Picture): Element[] {
	if (picture.kind !== "time-line") return [];
	const own = picture.events.filter(({ facet }) => facet === picture.events[0]?.facet);
	return own.map(({ text }) => {
		const item = document.createElement("li");
		item.textContent = text;
		return item;
	});
}

const place = document.querySelector("#charts");
const data = document.querySelector("#charts-data")?.textContent;
if (place !== null && data != null) for (const chart of JSON.parse(data) as readonly Chart[]) mount(chart, place);
document.body.dataset.ready = "yes";
