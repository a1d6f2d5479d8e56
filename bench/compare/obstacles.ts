import type { Cell, Report } from "../report/report.js";
import { validityOf } from "../report/validity.js";
import { cellLabel } from "../report/workload-tables.js";

/** Why something can not be compared; `ofAll` when nothing can. */
interface Obstacle {
	readonly text: string;
	readonly ofAll: boolean;
}

/** Between two subjects of one report, in words. */
export function obstaclesOf(report: Report, base: string, head: string): readonly string[] {
	const own = (subject: string) => report.cells.filter((cell) => cell.subject === subject);
	const missing = [base, head].filter((subject) => own(subject).length === 0);
	if (missing.length > 0) return missing.map((subject) => `the report has no cell of a subject ${subject}`);
	return [
		...lonely(own(base), own(head), report, head),
		...[...own(base), ...own(head)].flatMap((cell) => voidIn(cell, report, cell.subject)),
	];
}

/** Between two reports. */
export function obstaclesBetween(base: Report, head: Report): readonly Obstacle[] {
	if (base.environment.machine !== head.environment.machine) {
		const text = `the machines differ: ${describeMachine(base)}, and ${describeMachine(head)}`;
		return [{ text, ofAll: true }];
	}
	const workloads = changedWorkloads(base, head);
	const subjects = [...new Set(base.cells.map(({ subject }) => subject))];
	const cells = subjects.flatMap((subject) => {
		const own = (report: Report) => report.cells.filter((cell) => cell.subject === subject);
		return lonely(own(base), own(head), base, "head");
	});
	const voids = [base, head].flatMap((report, index) =>
		report.cells.flatMap((cell) => voidIn(cell, report, `${cell.subject} in ${index === 0 ? "base" : "head"}`)),
	);
	return [...workloads, ...cells, ...voids].map((text) => ({ text, ofAll: false }));
}

export function sameWorkload(name: string, base: Report, head: Report): boolean {
	return base.workloads[name] === head.workloads[name];
}

/** A cell of one side with a workload of another digest measured something else under the same name. */
function changedWorkloads(base: Report, head: Report): string[] {
	return Object.entries(base.workloads)
		.filter(([name]) => head.workloads[name] !== undefined && !sameWorkload(name, base, head))
		.map(([name]) => `the workload ${name} is not the same in both`);
}

/** What base has and head has not: a cell that is no longer measured could hide any loss. */
function lonely(base: readonly Cell[], head: readonly Cell[], report: Report, headName: string): string[] {
	return base.flatMap((cell) => {
		const other = head.find(({ id }) => id === cell.id);
		const label = `${cellLabel(cell, report)} (${cell.subject})`;
		if (other === undefined) return [`${label} was not measured for ${headName}`];
		return sameParameters(cell, other) ? [] : [`${label} had other parameters for ${headName}`];
	});
}

/** Whether two cells of the same name measured the same. */
export function sameParameters({ parameters: before }: Cell, { parameters: after }: Cell): boolean {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...names].every((name) => before[name] === after[name]);
}

function voidIn(cell: Cell, report: Report, whose: string): string[] {
	const { isVoid, reasons } = validityOf(cell);
	return isVoid ? [`${cellLabel(cell, report)} is void for ${whose}: ${reasons.join("; ") || "it has no rounds"}`] : [];
}

function describeMachine({ environment: { cpu, cores, machine } }: Report): string {
	return `${cpu} with ${cores} cores (${machine.slice(0, 12)})`;
}
