/** Something with rows, for Markdown and for the page alike. */
export interface Table {
	readonly title: string;
	/** Sentences that a reader needs before the figures. */
	readonly notes: readonly string[];
	readonly columns: readonly Column[];
	/** As many texts as there are columns; empty where there is nothing. */
	readonly rows: readonly (readonly string[])[];
}

export interface Column {
	readonly title: string;
	readonly isNumber: boolean;
}

export function textColumn(title: string): Column {
	return { title, isNumber: false };
}

export function numberColumn(title: string): Column {
	return { title, isNumber: true };
}

/** Without the columns in which no row has anything. */
export function withoutEmptyColumns(table: Table): Table {
	const kept = table.columns.map((_, index) => table.rows.some((row) => row[index] !== ""));
	const keep = <Item>(items: readonly Item[]) => items.filter((_, index) => kept[index]);
	return { ...table, columns: keep(table.columns), rows: table.rows.map(keep) };
}

/** GitHub's Markdown, with the title as a heading of this level, or only the grid. */
export function tableMarkdown({ title, notes, columns, rows }: Table, level?: number): string {
	const line = (texts: readonly string[]) => `| ${texts.map(escapeMarkdown).join(" | ")} |`;
	const head = line(columns.map((column) => column.title));
	const rule = `| ${columns.map(({ isNumber }) => (isNumber ? "--:" : ":--")).join(" | ")} |`;
	const grid = rows.length === 0 ? [] : [[head, rule, ...rows.map(line)].join("\n")];
	if (level === undefined) return grid.join("");
	return [`${"#".repeat(level)} ${escapeMarkdown(title)}`, ...notes.map(escapeMarkdown), ...grid].join("\n\n");
}

/** What a server or a branch is called must not become a link, a heading or a column. */
export function escapeMarkdown(text: string): string {
	return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll(/\s+/g, " ");
}
