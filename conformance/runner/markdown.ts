import type { Report, ReportedScenario } from "./report.js";
import { describeCounts } from "./summary.js";

/** A summary for people: what was examined, the counts, and everything that is not plainly kept. */
export function markdownOf(report: Report): string {
	const { target, clauses, scenarios, profile } = report;
	const lines = [
		`# ${target.bundled ? bundledName(target.addresses.length) : target.addresses.join(", ")}: ${headline(report)}`,
		"",
		`- Server: ${target.says ?? "does not say what it is"}, taken for ZooKeeper ${target.version}`,
		`- Profile: ${profile === null ? "none" : `${profile.server} (${profile.file})`}`,
		`- Clauses: ${clauses.length}: ${describeCounts(clauses.map(({ verdict }) => verdict))}`,
		`- Scenarios: ${scenarios.length}: ${describeCounts(scenarios.map(({ outcome }) => outcome))}`,
		`- Time: ${(report.durationMs / 1000).toFixed(1)} s, ${report.startedAt}, zkspec ${report.runner}, seed ${report.seed}`,
		...guaranteeTable(report),
		...section("Violated", scenarios, ["violated"], describeViolation),
		...section("Kept against the profile", scenarios, ["unexpectedlyKept"], describeReason),
		...section("Undecided", scenarios, ["undecided", "unreachable", "wrong"], describeReason),
		...section("Known divergences", scenarios, ["divergent"], describeReason),
		...skips(report),
	];
	return `${lines.join("\n")}\n`;
}

function headline({ exitCode, brokenOff }: Report): string {
	if (brokenOff !== null) return `broke off: ${brokenOff}`;
	const texts: Readonly<Record<number, string>> = { 0: "everything is kept", 1: "violated", 2: "wrong spec files" };
	return texts[exitCode] ?? "undecided";
}

function guaranteeTable({ clauses }: Report): readonly string[] {
	const ids = [...new Set(clauses.map(({ guarantee }) => guarantee))];
	const rows = ids.map((id) => {
		const own = clauses.filter(({ guarantee }) => guarantee === id);
		return `| ${id} | ${own.length} | ${describeCounts(own.map(({ verdict }) => verdict))} |`;
	});
	return ["", "| guarantee | clauses | verdicts |", "|---|---|---|", ...rows];
}

function section(
	title: string,
	scenarios: readonly ReportedScenario[],
	outcomes: readonly string[],
	describe: (scenario: ReportedScenario) => string,
): readonly string[] {
	const found = scenarios.filter(({ outcome }) => outcomes.includes(outcome));
	return found.length === 0 ? [] : ["", `## ${title}`, "", ...found.map(describe)];
}

function describeViolation({ id, covers, violation }: ReportedScenario): string {
	const { where, sent, problems } = violation ?? { where: { file: "", line: 0 }, sent: "", problems: [] };
	return `- **${covers.join(", ")}**: ${id} (${where.file}:${where.line}), ${code(sent)}: ${problems.map(code).join("; ")}`;
}

function describeReason({ id, covers, reason = "", link }: ReportedScenario): string {
	return `- **${covers.join(", ")}**: ${id}: ${reason}${link === undefined ? "" : ` (${link})`}`;
}

function code(text: string): string {
	return `\`${text.replaceAll("`", "'")}\``;
}

function skips({ counts }: Report): readonly string[] {
	const rows = Object.entries(counts.skips).map(([reason, count]) => `| ${count} | ${reason.replaceAll("|", "\\|")} |`);
	return rows.length === 0 ? [] : ["", "## Skipped", "", "| scenarios | why |", "|---|---|", ...rows];
}

function bundledName(servers: number): string {
	return servers === 1 ? "The bundled server" : `The bundled ensemble of ${servers} servers`;
}
