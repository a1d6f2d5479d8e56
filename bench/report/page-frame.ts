import type { Chart } from "./page/chart.js";
import { pageScripts } from "./page-script.js";
import { pageStyle } from "./page-style.js";
import type { Table } from "./table.js";

/** What a page shows, from top to bottom. */
export interface Page {
	readonly title: string;
	readonly facts: readonly (readonly [label: string, value: string])[];
	/** Sentences in a frame of their own that nobody overlooks; none where there are none. */
	readonly warnings: { readonly title: string; readonly notes: readonly string[] };
	readonly notes: readonly string[];
	/** Before the pictures. */
	readonly firstTables: readonly Table[];
	readonly charts: readonly Chart[];
	readonly tables: readonly Table[];
}

/** One page that needs nothing beside itself, for desktops and phones, light and dark. */
export function pageHtml(page: Page): string {
	return [
		`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(page.title)}</title>`,
		`<meta name="viewport" content="width=device-width, initial-scale=1"><style>${pageStyle}</style></head><body>`,
		`<header><h1>${escapeHtml(page.title)}</h1>${factsHtml(page.facts)}</header><main>`,
		warningsHtml(page.warnings),
		...page.notes.map(noteHtml),
		...page.firstTables.map(tableHtml),
		`<h2>Pictures</h2><noscript>${noteHtml("They are drawn by a script; the tables are not.")}</noscript>`,
		`<div id="charts"></div>`,
		...page.tables.map(tableHtml),
		`</main>${pageScripts(page.charts)}</body></html>\n`,
	].join("\n");
}

function factsHtml(facts: Page["facts"]): string {
	const items = facts.map(([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`);
	return `<dl>${items.join("")}</dl>`;
}

function warningsHtml({ title, notes }: Page["warnings"]): string {
	if (notes.length === 0) return "";
	const items = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("");
	return `<section class="void"><h2>${escapeHtml(title)}</h2><ul>${items}</ul></section>`;
}

function noteHtml(note: string): string {
	return `<p class="note">${escapeHtml(note)}</p>`;
}

function tableHtml({ title, notes, columns, rows }: Table): string {
	const cell = (tag: string, text: string, index: number) =>
		`<${tag}${columns[index]?.isNumber ? ' class="number"' : ""}>${escapeHtml(text)}</${tag}>`;
	const head = columns.map((column, index) => cell("th", column.title, index)).join("");
	const body = rows.map((row) => `<tr>${row.map((text, index) => cell("td", text, index)).join("")}</tr>`).join("\n");
	return [
		`<section><h2>${escapeHtml(title)}</h2>`,
		...notes.map(noteHtml),
		`<div class="wide" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></section>`,
	].join("\n");
}

function escapeHtml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
