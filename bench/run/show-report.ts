import type { Screen } from "../../conformance/runner/console.js";
import { peerTable } from "../report/peer-table.js";
import type { Report } from "../report/report.js";
import { reportNotes, voidNotes } from "../report/report-notes.js";
import type { Table } from "../report/table.js";
import { workloadTables } from "../report/workload-tables.js";
import { textTable } from "./text-table.js";

/** Tables and what to know about them; reasons for what is void stand last, where nobody overlooks them. */
export function showReport(screen: Screen, report: Report): void {
	const peers = peerTable(report);
	for (const table of [...workloadTables(report), ...(peers === undefined ? [] : [peers])]) showTable(screen, table);
	for (const note of reportNotes(report)) screen.line(screen.colour("dim", note));
	for (const note of voidNotes(report)) screen.line(`${screen.colour("red", "VOID")}  ${note}`);
}

function showTable(screen: Screen, table: Table): void {
	const [title = "", ...lines] = textTable(table);
	screen.line(screen.colour("bold", title));
	for (const line of lines) screen.line(line);
	screen.line();
}
