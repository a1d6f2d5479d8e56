import { Command } from "commander";
import { makeTemporaryFolder } from "../../conformance/drivers/temporary-folder.js";
import { parseCount } from "../../conformance/runner/whole-numbers.js";
import type { LoadPlan, LoadResult } from "../load/contract.js";
import { LoadError } from "../load/load-worker.js";
import { withNullServer } from "../load/null-server-process.js";
import { runLoad } from "../load/run-load.js";
import { describeNumber } from "../report/figure-text.js";
import { median } from "../report/median.js";
import { numberColumn, textColumn } from "../report/table.js";
import { buildCClient, type CClientResult, NoCClientError, runCClient } from "./c-client.js";
import { exitCodes } from "./exit-code.js";
import { parseMs } from "./flag-values.js";
import { textTable } from "./text-table.js";

interface Flags {
	readonly sessions: number;
	readonly window: number;
	readonly workers: number;
	readonly bytes: number;
	readonly for: number;
	readonly rounds: number;
	readonly cClient: string;
	readonly json: boolean;
}

type Figures = CClientResult & { readonly who: string };

const titles = {
	reads: "this load, 100 % getData",
	mixed: "this load, 50 % getData, 50 % setData",
	writes: "this load, 100 % setData",
	cClient: "ZooKeeper's C client, 100 % getData",
};

/**
 * What the load generator costs, and what it reaches on a server that does nothing; beside it ZooKeeper's C client.
 * @throws CommanderError
 */
export async function selfCommand(args: readonly string[]): Promise<number> {
	const flags = makeCommand()
		.parse([...args], { from: "user" })
		.opts<Flags>();
	const folder = makeTemporaryFolder("zkspec-bench-self");
	try {
		const program = await maybeProgram(folder.path, flags.cClient);
		const plan = planOf(flags);
		const rounds: Figures[] = [];
		for (let round = 0; round < flags.rounds; round++) rounds.push(...(await roundOf(plan, program)));
		print(rounds, flags);
		return exitCodes.ok;
	} finally {
		folder.remove();
	}
}

function makeCommand(): Command {
	return new Command("bench self")
		.description("What the load generator costs itself: on a server that does nothing, beside ZooKeeper's C client.")
		.option("--sessions <n>", "connections", parseCount, 4)
		.option("--window <n>", "requests under way on each", parseCount, 100)
		.option("--workers <n>", "processes that make the load", parseCount, 1)
		.option("--bytes <n>", "of each value", parseCount, 1024)
		.option("--for <duration>", "measured in each round", parseMs, 2000)
		.option("--rounds <n>", "each client in turn, so often", parseCount, 3)
		.option("--c-client <prefix>", "where include/zookeeper/zookeeper.h is", "/usr")
		.option("--json", "figures for programs")
		.exitOverride()
		.configureOutput({ writeErr: () => undefined });
}

async function maybeProgram(folder: string, prefix: string): Promise<string | undefined> {
	try {
		return await buildCClient(folder, prefix);
	} catch (error) {
		if (!(error instanceof NoCClientError)) throw error;
		process.stderr.write(`bench self: without the C client: ${error.message}\n`);
		return undefined;
	}
}

function planOf({ sessions, window, workers, bytes, for: measureMs }: Flags): LoadPlan {
	return {
		addresses: [],
		root: "/self",
		sessions,
		arrival: { kind: "closed", window },
		mix: { getData: 1 },
		values: { kind: "fixed", bytes },
		keys: { count: Math.max(1000, sessions), distribution: "uniform" },
		warmUpMs: 500,
		measureMs,
		sampleMs: 100,
		seed: 1,
		workers,
		toleratesLoss: false,
	};
}

async function roundOf(plan: LoadPlan, program: string | undefined): Promise<Figures[]> {
	const figures = [
		{ who: titles.reads, ...(await measured(plan)) },
		{ who: titles.mixed, ...(await measured({ ...plan, mix: { getData: 1, setData: 1 } })) },
		{ who: titles.writes, ...(await measured({ ...plan, mix: { setData: 1 } })) },
	];
	if (program === undefined) return figures;
	const cClient = await withNullServer(plan, (address) => runCClient(program, address, plan));
	return [...figures, { who: titles.cClient, ...cClient }];
}

/** @throws LoadError when even this server was found wrong */
async function measured(plan: LoadPlan): Promise<CClientResult> {
	const load = await withNullServer(plan, (address) => runLoad({ ...plan, addresses: [address] }));
	const [breach] = load.breaches;
	if (breach !== undefined) throw new LoadError(`the figure is void: ${breach.rule}: ${breach.text}`);
	return figuresOf(load);
}

function figuresOf({ operationsPerSecond, client }: LoadResult): CClientResult {
	return { operationsPerSecond, cpuMicrosPerOperation: client.cpuMicrosPerOperation };
}

function print(rounds: readonly Figures[], { json, sessions, window, bytes }: Flags): void {
	const rows = Object.values(titles).flatMap((who) => {
		const own = rounds.filter((round) => round.who === who);
		const over = (name: keyof CClientResult) => median(own.map((round) => round[name]));
		const figures = {
			operationsPerSecond: over("operationsPerSecond"),
			cpuMicrosPerOperation: over("cpuMicrosPerOperation"),
		};
		return own.length === 0 ? [] : [{ who, ...figures }];
	});
	if (json) {
		process.stdout.write(`${JSON.stringify(rows)}\n`);
		return;
	}
	const table = textTable({
		title: `On a server that does nothing: ${sessions} sessions, ${window} requests under way on each, ${bytes} bytes`,
		notes: [],
		columns: [textColumn("client"), numberColumn("operations/s"), numberColumn("µs of its CPU each")],
		rows: rows.map((row) => [
			row.who,
			describeNumber(row.operationsPerSecond),
			describeNumber(row.cpuMicrosPerOperation),
		]),
	});
	process.stdout.write(`${table.join("\n")}\n`);
}
