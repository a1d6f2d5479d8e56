import type { Table } from "../report/table.js";

/** A table for a terminal: columns as wide as they have to be, numbers to the right. */
export function textTable({ title, notes, columns, rows }: Table): readonly string[] {
	const heads = columns.map((column) => column.title);
	const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => (row[at] ?? "").length)));
	const line = (texts: readonly string[]): string =>
		texts
			.map((text, at) => (columns[at]?.isNumber ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
			.join("  ")
			.trimEnd();
	return [title, ...notes.map((note) => `  ${note}`), ...[heads, ...rows].map((row) => `  ${line(row)}`)];
}
