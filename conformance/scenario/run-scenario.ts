import type { Fields } from "../client/value.js";
import type { Credentials, ScenarioEnvironment } from "./environment.js";
import { Run } from "./run.js";
import { defineRoles, heal } from "./run-ensemble.js";
import { describeEvent } from "./run-reply.js";
import { runBarrier, runSteps } from "./run-step.js";
import type { ScenarioClient } from "./scenario-client.js";
import type { Scenario } from "./step.js";
import { StepError, UndecidedError, UnreachableError, type Violation, ViolationError } from "./verdict.js";

export type Verdict =
	| { readonly type: "kept" }
	| { readonly type: "violated"; readonly violation: Violation }
	/** Neither proved nor refuted; `reason` says why. */
	| { readonly type: "undecided"; readonly reason: string }
	/** The target could not be reached or broke off. */
	| { readonly type: "unreachable"; readonly reason: string }
	/** The scenario can not be carried out as it is written. */
	| { readonly type: "wrong"; readonly error: StepError };

export interface ScenarioResult {
	readonly verdict: Verdict;
	readonly durationMs: number;
	/** Identities that the scenario used, for whoever removes its nodes. */
	readonly identities: readonly Credentials[];
}

/**
 * Runs one scenario once and closes every session that it opened. Its root node must exist and stays.
 * Never throws for what the server does.
 */
export async function runScenario(scenario: Scenario, environment: ScenarioEnvironment): Promise<ScenarioResult> {
	const start = performance.now();
	const run = new Run(scenario, environment);
	const verdict = await judge(run, async () => {
		await defineRoles(run);
		run.defineValues();
		await runSteps(run, scenario.steps, run.names);
		// Where servers were hurt, connections may have ended for reasons of their own.
		if (scenario.faults.size === 0) await requireSilence(run);
	});
	const afterwards = await judge(run, async () => {
		if (scenario.faults.size > 0) await heal(run);
		await runSteps(run, scenario.cleanup, run.names);
	});
	await Promise.all([...run.clients.values()].map((client) => endSession(run, client)));
	await Promise.all([...run.layered.values()].map(({ session }) => session.close()));
	const final = verdict.type === "kept" ? afterwards : verdict;
	return { verdict: final, durationMs: performance.now() - start, identities: run.identities };
}

async function judge(run: Run, work: () => Promise<void>): Promise<Verdict> {
	try {
		await work();
		return { type: "kept" };
	} catch (error) {
		return verdictOf(run, error);
	}
}

function verdictOf(run: Run, error: unknown): Verdict {
	if (error instanceof ViolationError) return violatedUnlessSilent(run, error);
	if (error instanceof UndecidedError) return { type: "undecided", reason: error.message };
	if (error instanceof StepError) return { type: "wrong", error };
	if (error instanceof UnreachableError) return { type: "unreachable", reason: error.message };
	const { name, message } = error as Error;
	if (name === "EncodeError")
		return { type: "wrong", error: new StepError(run.scenario.where, `${run.doing}: ${message}`) };
	if (name === "ConnectError") return { type: "unreachable", reason: message };
	throw error;
}

/**
 * Where servers are hurt, much depends on sessions that were to live: one that a client kept open and said nothing on for
 * its whole timeout, because this machine was busy, may have ended rightly.
 */
function violatedUnlessSilent({ scenario, environment, clients }: Run, { violation }: ViolationError): Verdict {
	const silent = [...clients.values()].find((client) => client.connected && !client.ended && client.maybeExpired);
	if (scenario.faults.size === 0 || environment.flip !== undefined || silent === undefined)
		return { type: "violated", violation };
	const { step, problems } = violation;
	const reason = `${step}: ${problems.join("; ")}, but client ${silent.name} was silent for its whole session timeout`;
	return { type: "undecided", reason };
}

/** An event that no step awaited is a violation too: every open connection must be silent at the end. */
async function requireSilence(run: Run): Promise<void> {
	for (const [name, { waiting }] of run.layered) {
		if (waiting[0])
			throw run.violation(run.scenario.where, name, [`nobody awaited the event ${describeEvent(waiting[0])}`]);
	}
	for (const client of run.clients.values()) {
		if (client.connected && client.sessionId !== 0n && !client.ended) await runBarrier(run, client, run.scenario.where);
	}
}

/** Closes a session for good, also one whose connection is gone, so that nothing expires later. */
async function endSession(run: Run, client: ScenarioClient): Promise<void> {
	try {
		if (client.sessionId !== 0n && !client.ended) await closeSession(run, client);
		for (const [sessionId, passwd] of client.abandoned) await closeOther(run, client, { sessionId, passwd });
	} catch (error) {
		// A target that is gone, or talks nonsense, has no session left to close.
		const { name } = error as Error;
		if (!(error instanceof UnreachableError) && name !== "ConnectError" && name !== "DecodeError") throw error;
	} finally {
		if (client.connected) client.drop("fin");
	}
}

/** How long an open connection gets to close its session, before another one is opened for it. */
const closeHereMs = 1000;

/** Closes the session on its own connection; false when that connection does not answer. */
async function closeHere(client: ScenarioClient): Promise<boolean> {
	const { xid } = client.send("closeSession", null, undefined);
	for (;;) {
		const arrival = await client.next(closeHereMs);
		if (arrival.type === "reply" && arrival.header.xid === xid) return true;
		if (arrival.type !== "reply" && arrival.type !== "event") return false;
	}
}

async function closeSession(run: Run, client: ScenarioClient): Promise<void> {
	if (client.connected && (await closeHere(client))) {
		client.ended = true;
		return;
	}
	const { sessionId, passwd } = client;
	await closeOther(run, client, { sessionId, passwd });
}

/** Takes a session over by a new connection, only to close it. */
async function closeOther(run: Run, client: ScenarioClient, session: Fields): Promise<void> {
	if (client.connected) client.drop("fin");
	await client.open();
	await client.handshake(session);
	if (client.ended) return;
	client.send("closeSession", null, undefined);
	await client.next(run.environment.replyTimeoutMs);
	client.ended = true;
}
