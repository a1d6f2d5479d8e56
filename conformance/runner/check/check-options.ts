import { Command, InvalidArgumentError } from "commander";
import { UsageError } from "../exit-code.js";

/** What `zkspec check` is asked for. */
export interface CheckOptions {
	/** Histories: files that a workload recorded, or their text form (`.jsonl`). */
	readonly files: readonly string[];
	/** Page to write, with the timeline. */
	readonly explain: string | undefined;
	/** History to write, with what the first finding needs only. */
	readonly minimal: string | undefined;
	/** Print what happened so long before and after each record of a finding. */
	readonly aroundMs: number | undefined;
	/** Print the records as lines of JSON and judge nothing. */
	readonly text: boolean;
	readonly reportJson: string | undefined;
}

const description = `Judges recorded histories by the rules of the spec: what was promised, what broke it, and which records show that.`;

const helpAfter = `
A file is a history that a workload has recorded (zkspec workload --history FILE), or its text form with the ending .jsonl,
as --text prints it.

Examples:
  zkspec check run.zkh                            the verdict, and what was found in words
  zkspec check run.zkh --explain run.html         the same as a page: sessions and servers on one time axis
  zkspec check run.zkh --around 50ms              with what else happened around each finding
  zkspec check run.zkh --minimal small.zkh        the fewest operations that still show the first finding
  zkspec check run.zkh --text | grep '"/a"'       its records, a line each

Exit codes:
  0   every promise is kept
  1   a clause is violated
  2   wrong use, or a file that is no history
  4   undecided: nothing wrong was found, but not everything could be decided
`;

type Parsed = Partial<Omit<CheckOptions, "files" | "aroundMs">> & { readonly around?: number };

/**
 * @throws UsageError for combinations that make no sense
 * @throws CommanderError for what is not understood, and with exit code 0 when only help was asked for
 */
export function parseCheckOptions(args: readonly string[]): CheckOptions {
	const command = makeCommand();
	command.parse([...args], { from: "user" });
	const { around, ...rest } = command.opts<Parsed>();
	const absent = { explain: undefined, minimal: undefined, reportJson: undefined, text: false };
	const options: CheckOptions = { ...absent, ...rest, aroundMs: around, files: command.args };
	checkOptions(options);
	return options;
}

function makeCommand(): Command {
	return new Command("zkspec check")
		.usage("[options] FILE...")
		.description(description)
		.argument("<file...>")
		.option("--explain <file.html>", "write a page that shows it: needs nothing but a browser")
		.option("--minimal <file.zkh>", "write the shortest history that still shows the first finding")
		.option("--around <time>", "print what happened so long before and after each record (50ms, 1s)", parseTime)
		.option("--text", "print the records as lines of JSON and judge nothing", false)
		.option("--report-json <file>", "everything, as JSON (spec/schema/check-report.v1.json)")
		.addHelpText("after", helpAfter)
		.configureHelp({ helpWidth: 120 })
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
}

function parseTime(text: string): number {
	const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text);
	if (match === null) throw new InvalidArgumentError("Expected a time such as 50ms, 500us or 1s.");
	const scale = { us: 0.001, ms: 1, s: 1000 }[match[2] as "us" | "ms" | "s"];
	return Number(match[1]) * scale;
}

function checkOptions({ files, explain, minimal, text, reportJson }: CheckOptions): void {
	if (files.length > 1 && explain !== undefined) throw new UsageError("--explain writes the page of one history");
	if (files.length > 1 && minimal !== undefined) throw new UsageError("--minimal cuts one history");
	if (text && (explain ?? minimal ?? reportJson) !== undefined)
		throw new UsageError("--text judges nothing, so that there is nothing to explain or to report");
}
