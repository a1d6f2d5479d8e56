import { seededRandom } from "../client/random.js";
import type { EnsembleDriver, Fault, MemberRole, PerformedFault } from "../drivers/ensemble-driver.js";
import { faultProblem } from "../drivers/fault-problem.js";
import type { Run } from "./run.js";
import { runCall } from "./run-call.js";
import { attachWithin } from "./run-connection.js";
import type { Names } from "./scope.js";
import type { Step } from "./step.js";
import { StepError, UndecidedError, UnreachableError } from "./verdict.js";

type StepOf<Kind extends Step["kind"]> = Step & { readonly kind: Kind };

const pollMs = 25;
/** How long an ensemble may take to have a leader, unless a step says so. */
const servesWithinMs = 40_000;

/** What `$leader`, `$followers`, `$observers` and `$rest` stand for in this run: who serves as what when it begins. */
export async function defineRoles(run: Run): Promise<void> {
	if (!run.scenario.usesRoles) return;
	const end = performance.now() + servesWithinMs;
	let found = await rolesOf(run);
	while (!(found.includes("leader") && !found.includes(undefined)) && performance.now() < end) {
		await pause();
		found = await rolesOf(run);
	}
	const idsOf = (role: MemberRole): number[] => found.flatMap((each, i) => (each === role ? [i + 1] : []));
	const [leader] = idsOf("leader");
	if (leader === undefined) throw new UndecidedError("no server says that it leads");
	run.names.local("leader", leader);
	const followers = idsOf("follower");
	run.names.local("followers", followers);
	run.names.local(
		"rest",
		found.map((_, i) => i + 1).filter((id) => id !== followers[0]),
	);
	run.names.local("observers", idsOf("observer"));
}

async function rolesOf(run: Run): Promise<readonly (MemberRole | undefined)[]> {
	return Promise.all(run.environment.addresses.map((_, i) => roleOf(run, i + 1)));
}

async function roleOf(run: Run, id: number): Promise<MemberRole | undefined> {
	try {
		return await run.environment.roleOf(id);
	} catch (error) {
		if ((error as Error).name === "ConnectError" || error instanceof UnreachableError) return undefined;
		throw error;
	}
}

export async function runFault(run: Run, step: StepOf<"fault">, names: Names): Promise<void> {
	const driver = mustDriver(run, step.where);
	const fault = run.evaluate(step.fault, names, step.where);
	const problem = faultProblem(fault, () => false);
	if (problem !== undefined) throw new StepError(step.where, `${problem.path.join(".")}: ${problem.text}`);
	run.doing = `fault ${JSON.stringify(fault)}`;
	const performed = await perform(run, driver, fault as unknown as Fault);
	if (step.as !== undefined) names.set(step.as, performed);
}

async function perform(run: Run, driver: EnsembleDriver, fault: Fault): Promise<PerformedFault> {
	const random = seededRandom(run.environment.seed);
	try {
		return await driver.perform(fault, (n) => Math.floor(random() * n));
	} catch (error) {
		if ((error as Error).name === "FaultError") throw new UndecidedError(`${run.doing}: ${(error as Error).message}`);
		throw error;
	}
}

function mustDriver(run: Run, where: Step["where"]): EnsembleDriver {
	const { driver } = run.environment;
	if (driver === undefined) throw new StepError(where, "nobody can hurt the servers of this target");
	return driver;
}

/** Undoes all that is broken. */
export async function heal(run: Run): Promise<void> {
	run.doing = "heal";
	try {
		await run.environment.driver?.heal();
	} catch (error) {
		if ((error as Error).name === "FaultError")
			throw new UnreachableError(`can not be healed: ${(error as Error).message}`);
		throw error;
	}
}

export async function runServes(run: Run, step: StepOf<"serves">, names: Names): Promise<void> {
	const wanted = run.evaluate(step.server, names, step.where);
	const role = step.role === undefined ? undefined : String(run.evaluate(step.role, names, step.where));
	const what = `${typeof wanted === "number" ? `server ${wanted}` : "a server"} serves as ${role ?? (typeof wanted === "number" ? "anything" : wanted)}`;
	run.doing = what;
	const withinMs = step.within === undefined ? servesWithinMs : run.number(step.within, names, step.where);
	const end = performance.now() + withinMs;
	for (;;) {
		const found = await rolesOf(run);
		const id = found.findIndex((each, i) =>
			typeof wanted === "number" ? i + 1 === wanted && each !== undefined && each === (role ?? each) : each === wanted,
		);
		if (id >= 0) return decideServes(run, step, id + 1, names);
		if (performance.now() >= end) break;
		await pause();
	}
	if (run.environment.flip === step.expectation.id) return;
	throw run.violation(step.where, step.client, [`not so within ${withinMs} ms: ${what}`]);
}

function decideServes(run: Run, step: StepOf<"serves">, id: number, names: Names): void {
	if (step.as !== undefined) names.set(step.as, id);
	if (run.environment.flip === step.expectation.id)
		throw run.violation(step.where, step.client, [`expected never, found server ${id}`]);
}

/** How long one server may take to accept the client that looks. */
const attachWithinMs = 20_000;

export async function runEverywhere(run: Run, step: StepOf<"everywhere">, names: Names): Promise<void> {
	const all = run.environment.addresses.map((_, i) => i + 1);
	const on = step.on === undefined ? all : run.evaluate(step.on, names, step.where);
	const ids = (Array.isArray(on) ? on : [on]).map((id) => run.server(id, names, step.where));
	for (const id of ids) await lookBy(run, step, id, names);
}

/** A session of its own for each look: what an earlier one has seen says nothing about this server. */
async function lookBy(run: Run, step: StepOf<"everywhere">, id: number, names: Names): Promise<void> {
	const { environment } = run;
	const name = `${step.call.client}_on_${id}`;
	const client = run.unconnected(name, id);
	run.doing = `${name}: connect`;
	const reply = await attachWithin(run, client, {}, attachWithinMs, step.where);
	if (reply === undefined || client.ended) throw run.violation(step.where, name, [`server ${id} takes no session`]);
	client.send("sync", { path: environment.root }, undefined);
	const synced = await client.next(environment.replyTimeoutMs);
	if (synced.type !== "reply" || synced.header.error !== "OK")
		throw run.violation(step.where, name, [`sync by way of server ${id}: no reply`]);
	await runCall(run, { ...step.call, client: name }, names);
	client.send("closeSession", null, undefined);
	await client.next(environment.replyTimeoutMs);
	client.ended = true;
	client.forgetConnection();
}

function pause(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, pollMs));
}
