import { Command, CommanderError, InvalidArgumentError } from "commander";
import { ClientError } from "../clients/line-client.js";
import { unavailable } from "../peers/class-path.js";
import { badInput } from "./bad-input.js";
import { LateError } from "./bounded-wait.js";
import { sameTranscripts } from "./clients.js";
import { addDrivers } from "./driver-commands.js";
import { MemberEndedError } from "./ensemble.js";
import { failovers, failoverTable } from "./failover.js";
import { killRounds } from "./kill9.js";
import type { Kind } from "./member.js";
import { mixedRoles } from "./mixed.js";
import { seesPlantedLoss } from "./planted-loss.js";
import { UnavailableError } from "./process-driver.js";
import { rollingReplacement } from "./rolling.js";
import { everySync } from "./syncs.js";

const kinds: readonly Kind[] = ["ours", "apache-3.8.0", "apache-3.9.6"];
const skippedCode = 77;
const startedAtMs = performance.now();

function say(line: string): void {
	console.log(`${((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}

function mustBeKind(text: string): Kind {
	const kind = kinds.find((each) => each === text);
	if (kind === undefined) throw new InvalidArgumentError(`one of ${kinds.join(", ")}`);
	return kind;
}

const mustBeKinds = (text: string): Kind[] => text.split(",").map(mustBeKind);

type Victims = "minority" | "all";

const bothSorts: readonly Victims[] = ["minority", "all"];

function mustBeVictims(text: string): readonly Victims[] {
	const sorts = text === "both" ? bothSorts : bothSorts.filter((sort) => sort === text);
	if (sorts.length === 0) throw new InvalidArgumentError("one of minority, all, both");
	return sorts;
}

function mustBeCount(text: string): number {
	const count = Number(text);
	if (!Number.isSafeInteger(count) || count < 0) throw new InvalidArgumentError("a whole number from 0 on");
	return count;
}

const mustBeCounts = (text: string): number[] => text.split(",").map(mustBeCount);

/** Prints what was found and sets the exit code; a kind that is not here skips the whole. */
async function report(
	used: readonly Kind[],
	run: () => Promise<readonly string[]>,
	right = "nothing was lost, nothing differs",
): Promise<void> {
	for (const kind of new Set(used)) {
		const reason = kind === "ours" ? undefined : unavailable(kind.slice("apache-".length));
		if (reason === undefined) continue;
		console.log(reason);
		process.exitCode = skippedCode;
		return;
	}
	const problems = await run();
	for (const problem of problems) console.log(`WRONG ${problem}`);
	say(problems.length === 0 ? right : `${problems.length} problems`);
	process.exitCode = problems.length === 0 ? 0 : 1;
}

function makeProgram(): Command {
	const program = new Command("ensembles")
		.description(
			"Ensembles of Apache's servers and ours, mixed or not, under writes whose every acknowledgement is checked.",
		)
		.addHelpText("after", "\nExit codes: 0 right, 1 wrong, 2 wrong use, 77 an Apache that is needed is not here.")
		.configureHelp({ helpWidth: 120 })
		.exitOverride();
	addMixed(program);
	addClients(program);
	addFaults(program);
	addProof(program);
	addDrivers(program, { report, say });
	return program;
}

function addMixed(program: Command): void {
	const between = (command: Command) =>
		command
			.option("--subject <kind>", "who is looked at", mustBeKind, "ours")
			.option("--peer <kind>", "whom it is among", mustBeKind, "apache-3.8.0");
	between(program.command("mixed"))
		.description("one member of a kind among others: as follower, leader, observer, through every change of roles")
		.option("--servers <counts>", "voters", mustBeCounts, [3])
		.option("--thorough", "also stop it for longer than it may be silent", false)
		.action(({ servers, subject, peer, thorough }) =>
			report([subject, peer], async () => {
				const problems: string[] = [];
				for (const count of servers)
					problems.push(...(await mixedRoles({ servers: count, subject, peer, thorough, say })));
				return problems;
			}),
		);
	between(program.command("syncs"))
		.description("DIFF from memory and from disk, SNAP and TRUNC, in both directions, for followers and observers")
		.option("--brief", "followers only, and only what a leader sends from memory", false)
		.action(({ subject, peer, brief }) => report([subject, peer], () => everySync({ subject, peer, brief, say })));
	between(program.command("bad-input"))
		.description("what no server sends, on the election and quorum ports of a member that follows and leads")
		.action(({ subject, peer }) => report([subject, peer], () => badInput({ subject, peer, say })));
	program
		.command("rolling")
		.description("each member becomes another kind on the same files, one at a time, and then each back again")
		.option("--servers <counts>", "voters", mustBeCounts, [3])
		.option("--from <kind>", "first and last", mustBeKind, "apache-3.8.0")
		.option("--to <kind>", "in between", mustBeKind, "ours")
		.action(({ servers, from, to }) =>
			report([from, to], async () => {
				const problems: string[] = [];
				for (const count of servers) problems.push(...(await rollingReplacement({ servers: count, from, to, say })));
				return problems;
			}),
		);
}

function addClients(program: Command): void {
	program
		.command("clients")
		.description("zkCli.sh, cli_mt and kazoo print the same on both ensembles, their server killed midway")
		.option("--subject <kind>", "who is looked at", mustBeKind, "ours")
		.option("--witness <kind>", "whom it is held against", mustBeKind, "apache-3.8.0")
		.action(({ subject, witness }) => report([subject, witness], () => sameTranscripts({ subject, witness, say })));
}

function addFaults(program: Command): void {
	program
		.command("failover")
		.description("the leader is killed under load: the time until the next write is acknowledged")
		.option("--servers <counts>", "voters", mustBeCounts, [3])
		.option("--kinds <kinds>", "measured in turn", mustBeKinds, ["ours", "apache-3.8.0"])
		.option("--rounds <n>", "kills of each", mustBeCount, 50)
		.action(({ servers, kinds: wanted, rounds }) =>
			report(wanted, async () => {
				const rows = await failovers({ servers, kinds: wanted, rounds, say });
				for (const line of failoverTable(rows)) console.log(line);
				return rows.flatMap(({ problems }) => problems);
			}),
		);
	program
		.command("kill9")
		.description("a random minority, then all servers, are killed under pipelined writes through every server")
		.option("--servers <n>", "voters", mustBeCount, 3)
		.option("--kind <kind>", "of all servers", mustBeKind, "ours")
		.option("--rounds <n>", "of each sort", mustBeCount, 200)
		.option("--victims <sort>", "minority, all, or both one after the other", mustBeVictims, bothSorts)
		.option("--seed <n>", "decides victims and moments", mustBeCount, Math.floor(Math.random() * 2 ** 31))
		.action(({ servers, kind, rounds, victims, seed }) =>
			report([kind], async () => {
				say(`seed ${seed}`);
				const problems: string[] = [];
				for (const sort of victims)
					problems.push(...(await killRounds({ servers, kind, rounds, seed, victims: sort, say })));
				return problems;
			}),
		);
}

function addProof(program: Command): void {
	program
		.command("planted-loss")
		.description("proof that the check can fail: all servers forget what they acknowledged")
		.option("--kind <kind>", "of all servers", mustBeKind, "ours")
		.action(({ kind }) => report([kind], () => seesPlantedLoss({ kind, say }), "the loss was seen"));
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
try {
	await makeProgram().parseAsync();
} catch (error) {
	if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
	else if (error instanceof LateError || error instanceof MemberEndedError || error instanceof ClientError) {
		console.log(`WRONG ${error.name}: ${error.message}`);
		process.exitCode = 1;
	} else if (error instanceof UnavailableError) {
		console.log(error.message);
		process.exitCode = skippedCode;
	} else throw error;
}
