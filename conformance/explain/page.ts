import { closeSync, openSync, writeSync } from "node:fs";
import type { Verdict } from "../check/verdict.js";
import { type History, recordsOf } from "../history/history.js";
import { inlineScript } from "./inline-script.js";
import type { SceneFinding, SceneHead, SceneLine } from "./page/scene.js";
import { pageBody } from "./page-frame.js";
import { pageStyle } from "./page-style.js";
import { kinds, type RecordRange, SceneBuilder } from "./scene-builder.js";
import { encodeColumns, encodeDetails, type ItemOrder, orderItems, pack } from "./scene-encoding.js";
import type { ToldFinding } from "./told-finding.js";
import type { ErrorNames } from "./words.js";

/** What a page is made of. */
export interface PageSource {
	readonly history: History;
	readonly verdict: Verdict;
	/** The verdict's findings, in words. */
	readonly findings: readonly ToldFinding[];
	/** What a clause promises; empty for one that the spec does not know. */
	readonly promiseOf: (clause: string) => string;
	readonly nameOf: ErrorNames;
	/** Label and value of what else the reader should know. */
	readonly facts: readonly (readonly [label: string, value: string])[];
}

/** Beyond this a page would be too large to be opened with pleasure; it then shows what lies around the first finding. */
const recordsMax = 4_000_000;

/** Writes a page that needs nothing beside itself. Throws what the file system throws. */
export function writePage(file: string, source: PageSource): void {
	const builder = new SceneBuilder(wantedRecords(source.findings), rangeOf(source));
	for (const record of recordsOf(source.history)) builder.add(record);
	builder.finish();
	const order = orderItems(builder.items, builder.lanes.all);
	const handle = openSync(file, "w");
	try {
		for (const part of pageParts(builder, order, source)) writeSync(handle, part);
	} finally {
		closeSync(handle);
	}
}

function wantedRecords(findings: readonly ToldFinding[]): ReadonlySet<number> {
	return new Set(findings.flatMap(({ lines }) => lines.flatMap(({ ordinals }) => ordinals)));
}

function rangeOf({ history, findings }: PageSource): RecordRange {
	const recordCount = history.records.length;
	if (recordCount <= recordsMax) return [0, recordCount];
	const records = findings[0]?.records ?? [];
	const middle = records.length === 0 ? 0 : (Math.min(...records) + Math.max(...records)) / 2;
	const from = Math.min(Math.max(0, Math.floor(middle - recordsMax / 2)), recordCount - recordsMax);
	return [from, from + recordsMax];
}

function* pageParts(builder: SceneBuilder, order: ItemOrder, source: PageSource): Generator<string> {
	const title = escapeHtml(`${source.verdict.outcome}: ${source.history.header.workload}`);
	yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${pageStyle}</style></head><body>${pageBody}\n`;
	yield embedded("scene-head", pack(Buffer.from(JSON.stringify(headOf(builder, order, source)))));
	yield embedded("scene-columns", pack(encodeColumns(builder.items, order)));
	let chunk = 0;
	for (const detail of encodeDetails(builder.items, order)) yield embedded(`scene-detail-${chunk++}`, detail);
	yield `<script type="module">${inlineScript()}</script></body></html>\n`;
}

function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Data that the browser does not look at until the script does. */
function embedded(id: string, text: string): string {
	return `<script type="text/plain" id="${id}">${text}</script>\n`;
}

function headOf(builder: SceneBuilder, order: ItemOrder, source: PageSource): SceneHead {
	const { verdict } = source;
	const { header } = source.history;
	const placeOf = placesOf(builder, order);
	return {
		title: header.workload,
		outcome: verdict.outcome,
		facts: source.facts,
		reasons: verdict.outcome === "unknown" ? verdict.reasons : [],
		servers: header.servers,
		root: header.root,
		durationUs: builder.durationUs,
		findings: source.findings.map((finding) => findingOf(builder, placeOf, finding, source.promiseOf(finding.clause))),
		lanes: order.lanes,
		connections: builder.lanes.connections,
		serverByConnection: builder.serverByConnection,
		bands: builder.bands.all,
		faults: builder.faults,
		phases: builder.phases,
		kinds,
		paths: builder.paths,
		errorNames: Object.fromEntries([...builder.errors].map((err) => [err, source.nameOf(err)])),
		itemCount: builder.items.count,
		leftOut: builder.leftOut,
	};
}

/** Where the items that findings name stand in the page's order. */
function placesOf(builder: SceneBuilder, { items }: ItemOrder): ReadonlyMap<number, number> {
	const wanted = new Set([...builder.places.values()].map(({ item }) => item));
	const places = new Map<number, number>();
	for (const [place, item] of items.entries()) if (wanted.has(item)) places.set(item, place);
	return places;
}

function findingOf(
	builder: SceneBuilder,
	placeOf: ReadonlyMap<number, number>,
	{ clause, rule, text, lines }: ToldFinding,
	promise: string,
): SceneFinding {
	const scene = lines.map(({ ordinals, text }): SceneLine => {
		const places = ordinals.map((ordinal) => builder.places.get(ordinal)).filter((place) => place !== undefined);
		const [first] = places;
		const times = first === undefined ? [0] : places.map(({ atUs }) => atUs);
		const item = first === undefined ? -1 : (placeOf.get(first.item) ?? -1);
		return { text, fromUs: Math.min(...times), toUs: Math.max(...times), lane: first?.lane ?? -1, item };
	});
	return { clause, promise, rule, text, lines: scene };
}
