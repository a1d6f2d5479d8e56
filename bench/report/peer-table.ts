import type { Report } from "./report.js";
import { pairRatios, subjectPairs } from "./subject-pairs.js";
import { numberColumn, type Table, textColumn, withoutEmptyColumns } from "./table.js";
import { cellLabel } from "./workload-tables.js";

/** The leading subject beside each other subject of the same run; nothing where there is only one. */
export function peerTable(report: Report): Table | undefined {
	const pairs = subjectPairs(report);
	if (pairs.length === 0) return undefined;
	const rows = pairs.map((pair) => {
		const { throughput, p99, serverCpu } = pairRatios(pair);
		return [
			cellLabel(pair.cell, report),
			`${pair.cell.subject} / ${pair.peer.subject}`,
			ratioText(throughput),
			ratioText(p99),
			ratioText(serverCpu),
		];
	});
	return withoutEmptyColumns({
		title: "Side by side",
		notes: [
			"Measured in turns in one run; each figure is the median of the ratios of rounds that stand side by side. More throughput is better; less latency and less processor time are.",
		],
		columns: [
			textColumn("cell"),
			textColumn("subjects"),
			numberColumn("throughput"),
			numberColumn("p99"),
			numberColumn("server CPU per operation"),
		],
		rows,
	});
}

function ratioText(ratio: number | undefined): string {
	return ratio === undefined ? "void" : `× ${ratio.toFixed(2)}`;
}
