import { chartsOf } from "./charts.js";
import { pageHtml } from "./page-frame.js";
import { paperTables } from "./paper-tables.js";
import { peerTable } from "./peer-table.js";
import type { Report } from "./report.js";
import { reportFacts, reportNotes, voidNotes } from "./report-notes.js";
import { workloadTables } from "./workload-tables.js";

/** The whole report as one page that needs nothing beside itself. */
export function describePage(report: Report): string {
	const peers = peerTable(report);
	return pageHtml({
		title: "Benchmark of ZooKeeper servers",
		facts: reportFacts(report),
		warnings: { title: "Void", notes: voidNotes(report) },
		notes: reportNotes(report),
		firstTables: peers === undefined ? [] : [peers],
		charts: chartsOf(report),
		tables: [...workloadTables(report), ...paperTables(report)],
	});
}
