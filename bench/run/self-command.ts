import { Command } from "commander";
import { Screen } from "../../conformance/runner/console.js";
import type { LoadPlan, LoadResult } from "../load/contract.js";
import { measureSelf } from "../load/self.js";
import { describeNumber } from "../report/figure-text.js";
import { numberColumn, type Table } from "../report/table.js";
import { exitCodes } from "./exit-code.js";
import { parseCount, parseMs } from "./flag-values.js";
import { loadPlanOf } from "./load-plan.js";
import { textTable } from "./text-table.js";

interface Flags {
	readonly for: number;
	readonly workers: number;
	readonly sessions: number;
	readonly window: number;
}

/** What the load generator itself costs, on a server that answers right frames and does nothing else. */
export async function selfCommand(args: readonly string[]): Promise<number> {
	const command = makeCommand();
	command.parse([...args], { from: "user" });
	const { for: forMs, workers, sessions, window } = command.opts<Flags>();
	const place = { addresses: [{ host: "127.0.0.1", port: 0 }], roles: [undefined], root: "/self", seed: 1, workers };
	const screen = new Screen(process.stdout, "normal");
	const rows: string[][] = [];
	let breaches = 0;
	for (const reads of [100, 50, 0]) {
		const { mix, ...plan } = loadPlanOf({ reads, forMs, sessions, window }, place);
		const result = await measureSelf({ ...plan, mix: ownMix(mix) });
		rows.push(rowOf(reads, result));
		for (const { rule, text } of result.breaches) screen.line(`WRONG  ${rule}: ${text}`);
		breaches += result.breaches.length;
	}
	for (const line of textTable(tableOf(rows))) screen.line(line);
	return breaches === 0 ? exitCodes.ok : exitCodes.failed;
}

/** All that the server without a tree can answer. */
function ownMix({ getData = 0, setData = 0 }: LoadPlan["mix"]): { readonly getData: number; readonly setData: number } {
	return { getData, setData };
}

function rowOf(reads: number, { operationsPerSecond, client }: LoadResult): string[] {
	const { cpuMicrosPerOperation, utilization } = client;
	const busy = `${(utilization * 100).toFixed(0)} %`;
	return [`${reads} %`, describeNumber(operationsPerSecond), cpuMicrosPerOperation.toFixed(2), busy];
}

function tableOf(rows: readonly (readonly string[])[]): Table {
	return {
		title: "The load generator, on a server without a tree in another process, 1 KiB",
		notes: [],
		columns: ["reads", "ops/s", "client CPU µs/op", "busy"].map(numberColumn),
		rows,
	};
}

function makeCommand(): Command {
	return new Command("bench self")
		.description("What the load generator itself costs, on a server that answers right frames and does nothing else.")
		.exitOverride()
		.configureOutput({ writeErr: () => undefined })
		.option("--for <duration>", "how long each mix, such as 2s", parseMs, 2000)
		.option("--workers <n>", "processes that make the load", parseCount, 1)
		.option("--sessions <n>", "sessions in all", parseCount, 30)
		.option("--window <n>", "requests that each session keeps under way", parseCount, 40);
}
