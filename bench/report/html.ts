import { chartsOf } from "./charts.js";
import { pageScripts } from "./page-script.js";
import { pageStyle } from "./page-style.js";
import { paperTables } from "./paper-tables.js";
import { peerTable } from "./peer-table.js";
import type { Report } from "./report.js";
import { reportFacts, reportNotes, voidNotes } from "./report-notes.js";
import type { Table } from "./table.js";
import { workloadTables } from "./workload-tables.js";

/** The whole report as one page that needs nothing beside itself, for desktops and phones, light and dark. */
export function describePage(report: Report): string {
	const peers = peerTable(report);
	const tables = [...workloadTables(report), ...paperTables(report)];
	return [
		`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Benchmark of ZooKeeper servers</title>`,
		`<meta name="viewport" content="width=device-width, initial-scale=1"><style>${pageStyle}</style></head><body>`,
		`<header><h1>Benchmark</h1>${factsHtml(report)}</header><main>`,
		voidHtml(voidNotes(report)),
		...reportNotes(report).map((note) => `<p class="note">${escapeHtml(note)}</p>`),
		...(peers === undefined ? [] : [tableHtml(peers)]),
		`<h2>Pictures</h2><noscript><p class="note">They are drawn by a script; the tables are not.</p></noscript>`,
		`<div id="charts"></div>`,
		...tables.map(tableHtml),
		`</main>${pageScripts(chartsOf(report))}</body></html>\n`,
	].join("\n");
}

function factsHtml(report: Report): string {
	const facts = reportFacts(report).map(
		([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
	);
	return `<dl>${facts.join("")}</dl>`;
}

function voidHtml(notes: readonly string[]): string {
	if (notes.length === 0) return "";
	return `<section class="void"><h2>Void</h2><ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul></section>`;
}

function tableHtml({ title, notes, columns, rows }: Table): string {
	const cell = (tag: string, text: string, index: number) =>
		`<${tag}${columns[index]?.isNumber ? ' class="number"' : ""}>${escapeHtml(text)}</${tag}>`;
	const head = columns.map((column, index) => cell("th", column.title, index)).join("");
	const body = rows.map((row) => `<tr>${row.map((text, index) => cell("td", text, index)).join("")}</tr>`).join("\n");
	return [
		`<section><h2>${escapeHtml(title)}</h2>`,
		...notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
		`<div class="wide" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></section>`,
	].join("\n");
}

function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
