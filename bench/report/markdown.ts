import { paperTables } from "./paper-tables.js";
import { peerTable } from "./peer-table.js";
import type { Report } from "./report.js";
import { reportFacts, reportNotes, voidNotes } from "./report-notes.js";
import { escapeMarkdown, tableMarkdown } from "./table.js";
import { workloadTables } from "./workload-tables.js";

/** The whole report as GitHub's Markdown: what is void first, then side by side, each workload, the paper. */
export function describeMarkdown(report: Report): string {
	const peers = peerTable(report);
	const parts = [
		"# Benchmark",
		list(reportFacts(report).map(([label, value]) => `${label}: ${value}`)),
		...voidPart(report),
		...reportNotes(report).map(escapeMarkdown),
		...(peers === undefined ? [] : [tableMarkdown(peers, 2)]),
		...workloadTables(report).map((table) => tableMarkdown(table, 2)),
		...paperTables(report).map((table) => tableMarkdown(table, 2)),
	];
	return `${parts.join("\n\n")}\n`;
}

function voidPart(report: Report): string[] {
	const notes = voidNotes(report);
	return notes.length === 0 ? [] : ["## Void", list(notes)];
}

function list(lines: readonly string[]): string {
	return lines.map((line) => `- ${escapeMarkdown(line)}`).join("\n");
}
