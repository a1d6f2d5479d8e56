import { ranHere } from "./cell-summary.js";
import { describeBytes } from "./figure-text.js";
import { otherProgramsNote } from "./other-programs.js";
import type { Report } from "./report.js";
import { subjectsOf } from "./subject-pairs.js";
import { validityOf } from "./validity.js";

/** Label and value of what the figures were measured on and with. */
export function reportFacts(report: Report): readonly (readonly [label: string, value: string])[] {
	const { environment } = report;
	return [
		["zkspec", report.commit === undefined ? report.version : `${report.version} (${report.commit.slice(0, 12)})`],
		["subjects", subjectsOf(report).join(", ")],
		["started", report.startedAt],
		["machine", `${environment.cpu}, ${environment.cores} cores, ${describeBytes(environment.memoryBytes)}`],
		["system", `${environment.platform}, Node ${environment.node.replace(/^v/, "")}`],
		["seed", String(report.seed)],
		["command", report.command],
	];
}

/** What a reader would misread the figures without. */
export function reportNotes(report: Report): readonly string[] {
	const { cores } = report.environment;
	const servers = Math.max(0, ...report.cells.filter(ranHere).map((cell) => cell.servers));
	const crowded =
		servers < cores
			? []
			: [
					`All servers and the client share ${cores} cores: throughput can not grow with the number of servers here, whatever the server. What each server spends on an operation is measured; "own cores" is a projection from it, one core for each server and nothing else on it, limited by the busiest server. It is not a measurement.`,
				];
	const others = otherProgramsNote(report);
	return [
		...crowded,
		...(others === undefined ? [] : [others]),
		"Figures are medians over rounds; × echo is the share of what a bare Node echo server answered just before, with frames of the same size.",
	];
}

/** Each void cell or round with its reason; empty when all figures count. */
export function voidNotes(report: Report): readonly string[] {
	return report.cells.flatMap((cell) => {
		const { rounds, reasons, isVoid } = validityOf(cell);
		if (reasons.length === 0) return [];
		const lost = isVoid ? "void" : `${cell.rounds.length - rounds.length} of ${cell.rounds.length} rounds void`;
		return [`${cell.id}, ${cell.subject}: ${lost}: ${reasons.join("; ")}`];
	});
}
