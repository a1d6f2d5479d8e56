import { unreachable } from "../client/unreachable.js";
import { describeMismatch, type Run } from "./run.js";
import { finishCall, finishClose, runCall, runPipeline, sendRequest } from "./run-call.js";
import { runConnect, runRaw, runWord } from "./run-connection.js";
import { heal, runEverywhere, runFault, runServes } from "./run-ensemble.js";
import { runLayered } from "./run-layered.js";
import { describeEvent, readAnyReply, readEvents, readReply, resultMismatches } from "./run-reply.js";
import type { ScenarioClient, Sent } from "./scenario-client.js";
import type { Names } from "./scope.js";
import type { Step } from "./step.js";
import { StepError, UndecidedError, ViolationError } from "./verdict.js";

type StepOf<Kind extends Step["kind"]> = Step & { readonly kind: Kind };

/** How often `until` and `hold` ask. */
const pollMs = 25;

export async function runSteps(run: Run, steps: readonly Step[], names: Names): Promise<void> {
	for (const step of steps) await runStep(run, step, names);
}

/** Steps that are the named client's own doing. */
const asksItself: ReadonlySet<Step["kind"]> = new Set([
	"call",
	"send",
	"receive",
	"pipeline",
	"events",
	"state",
	"barrier",
	"connect",
	"drop",
	"closed",
	"raw",
	"hold",
]);

async function runStep(run: Run, step: Step, names: Names): Promise<void> {
	const layered = asksItself.has(step.kind) ? run.maybeLayered(step.client) : undefined;
	if (layered !== undefined) return runLayered(run, layered, step, names);
	switch (step.kind) {
		case "call":
			await runCall(run, step, names);
			return;
		case "send":
			return runSend(run, step, names);
		case "receive":
			return runReceive(run, step, names);
		case "pipeline":
			return runPipeline(run, step.calls, step.client, names);
		case "parallel":
			return runParallel(run, step, names);
		case "race":
			return runRace(run, step, names);
		case "events":
			return runEvents(run, step, names);
		case "state":
			throw new StepError(step.where, `client ${step.client} has no state of its own: give it layer: session`);
		case "barrier":
			return runBarrier(run, await run.client(step.client), step.where);
		case "connect":
			return runConnect(run, step, names);
		case "drop":
			return (await run.client(step.client)).drop(step.how);
		case "closed":
			return runClosed(run, step, names);
		case "raw":
			return runRaw(run, step, names);
		case "word":
			return runWord(run, step, names);
		case "until":
			return runUntil(run, step, names);
		case "hold":
			return runHold(run, step, names);
		case "repeat":
			return runRepeat(run, step, names);
		case "fault":
			return runFault(run, step, names);
		case "healed":
			return heal(run);
		case "serves":
			return runServes(run, step, names);
		case "everywhere":
			return runEverywhere(run, step, names);
		case "let":
			for (const [name, value] of Object.entries(step.values)) names.set(name, run.evaluate(value, names, step.where));
			return;
		case "assert": {
			run.doing = "assert";
			return run.require(
				run.mismatches(step.is, run.evaluate(step.that, names, step.where), names),
				step.where,
				step.client,
			);
		}
		default:
			return unreachable(step);
	}
}

/** Waits for all branches even when one fails, so that none goes on while the scenario is being cleaned up. */
async function runParallel(run: Run, step: StepOf<"parallel">, names: Names): Promise<void> {
	const branches = await Promise.allSettled(step.branches.map((steps) => runSteps(run, steps, names.inner())));
	const failed = branches.find((branch) => branch.status === "rejected");
	if (failed !== undefined) throw failed.reason;
}

async function runSend(run: Run, step: StepOf<"send">, names: Names): Promise<void> {
	const client = await run.client(step.client);
	const times = step.times === undefined ? 1 : run.number(step.times, names, step.where);
	for (let i = 0; i < times; i++) {
		const inner = names.inner();
		if (step.times !== undefined) inner.local("i", i);
		for (const request of step.requests) {
			const sent = sendRequest(run, client, request, inner);
			if (step.as !== undefined) run.sent.set(step.as, sent);
		}
	}
}

async function runReceive(run: Run, step: StepOf<"receive">, names: Names): Promise<void> {
	const client = await run.client(step.client);
	const waiting = step.labels.map((label) => ({ label, sent: sentUnder(run, label, step) }));
	run.doing = `${client.name}: receive ${step.labels.join(", ")}`;
	if (!step.anyOrder) {
		for (const { label, sent } of waiting) await finishCall(run, client, sent, step.expect, names, step.as ?? label);
		return;
	}
	for (let left = waiting; left.length > 0; ) {
		const candidates = left.map((one) => one.sent) as [Sent, ...Sent[]];
		const { sent, result } = await readAnyReply(run, client, candidates, step.expect, names);
		const label = left.find((one) => one.sent === sent)?.label ?? "";
		names.set(label, result);
		run.require(resultMismatches(run, sent, step.expect, result, names), step.where, client.name);
		left = left.filter((one) => one.sent !== sent);
	}
}

/** What a label stands for: something sent before, or an operation whose reply is to be read. */
function sentUnder(run: Run, label: string, step: Step): Sent {
	const known = run.sent.get(label);
	if (known) return known;
	if (!run.environment.codec.hasOperation(label)) throw new StepError(step.where, `nothing was sent as "${label}"`);
	return { operation: label, xid: 0, fields: null, text: `receive ${label}` };
}

async function runRace(run: Run, step: StepOf<"race">, names: Names): Promise<void> {
	const count = run.number(step.clients, names, step.where);
	const clients = await Promise.all(Array.from({ length: count }, (_, i) => run.client(`race${i}`, i + 1)));
	const sent = clients.map((client, i) => {
		const inner = names.inner();
		inner.local("i", i);
		return sendRequest(run, client, step.request, inner);
	});
	const tally: Record<string, number> = {};
	const countOne = async (client: ScenarioClient, request: Sent): Promise<void> => {
		const reply = await readReply(run, client, request, { where: step.where, events: undefined }, names);
		const { error, xid, closed } = reply;
		if (xid !== request.xid && !closed)
			throw run.violation(step.where, client.name, [`xid: expected ${request.xid}, that of the request, found ${xid}`]);
		tally[error] = (tally[error] ?? 0) + 1;
	};
	await Promise.all(clients.map((client, i) => countOne(client, sent[i] as Sent)));
	if (step.as !== undefined) names.set(step.as, tally);
	run.require(run.mismatches(step.tally, tally, names), step.where, step.client);
}

async function runEvents(run: Run, step: StepOf<"events">, names: Names): Promise<void> {
	const client = await run.client(step.client);
	run.doing = `${client.name}: awaits ${step.events.items.length === 1 ? "an event" : `${step.events.items.length} events`}`;
	const timeoutMs = run.timeout(step.within, names, step.where);
	const events = await readEvents(run, client, step.events, names, timeoutMs);
	if (step.as !== undefined) names.set(step.as, events.length === 1 ? events[0] : events);
}

/** A sync goes through the same queue as events, so one that was on its way comes before its reply. */
export async function runBarrier(run: Run, client: ScenarioClient, where: Step["where"]): Promise<void> {
	run.doing = `${client.name}: barrier`;
	const sent = client.send("sync", { path: run.environment.root }, undefined);
	const arrival = await client.next(run.environment.replyTimeoutMs);
	if (arrival.type === "reply" && arrival.header.xid === sent.xid) return;
	if (arrival.type === "closed") run.excuseSilence(client);
	const found =
		arrival.type === "event"
			? `the event ${describeEvent(arrival.event)}`
			: arrival.type === "reply"
				? `a reply with xid ${arrival.header.xid}`
				: arrival.type;
	throw run.violation(where, client.name, [`expected nothing more before the barrier's reply, found ${found}`]);
}

async function runClosed(run: Run, step: StepOf<"closed">, names: Names): Promise<void> {
	const client = await run.client(step.client);
	run.doing = `${client.name}: awaits the end of the connection`;
	const timeoutMs = run.timeout(step.within, names, step.where);
	await finishClose(run, client, step.expectation, timeoutMs);
}

async function runUntil(run: Run, step: StepOf<"until">, names: Names): Promise<void> {
	const start = performance.now();
	const withinMs = run.number(step.within, names, step.where);
	const notBeforeMs = step.notBefore === undefined ? 0 : run.number(step.notBefore, names, step.where);
	let last: readonly string[] = [];
	for (;;) {
		last = await attempt(run, step, names);
		// The server answered at some time before now: only a reply that is here too early proves that it was too early.
		const tookMs = performance.now() - start;
		if (last.length === 0) return decideUntil(run, step, tookMs, notBeforeMs);
		if (tookMs > withinMs) break;
		await new Promise((resolve) => setTimeout(resolve, pollMs));
	}
	if (run.environment.flip === step.expectation.id) return;
	throw run.violation(step.where, step.client, [`not so within ${withinMs} ms`, ...last]);
}

async function attempt(run: Run, step: StepOf<"until">, names: Names): Promise<readonly string[]> {
	const { call } = step;
	if (call.kind === "word") return asked(() => runWord(run, call, names));
	const layered = run.maybeLayered(call.client);
	if (layered !== undefined) return asked(() => runLayered(run, layered, call, names));
	const client = await run.client(call.client);
	const sent = sendRequest(run, client, call.request, names);
	const result = await readReply(run, client, sent, call.expect, names);
	const found = resultMismatches(run, sent, call.expect, result, names);
	if (found.length === 0 && call.as !== undefined) names.set(call.as, result);
	return found.map(describeMismatch);
}

async function asked(ask: () => Promise<void>): Promise<readonly string[]> {
	try {
		await ask();
		return [];
	} catch (error) {
		if (error instanceof ViolationError) return error.violation.problems;
		// A server that has just been started does not listen yet.
		if ((error as Error).name === "ConnectError") return [(error as Error).message];
		throw error;
	}
}

function decideUntil(run: Run, step: StepOf<"until">, tookMs: number, notBeforeMs: number): void {
	const took = `so after ${Math.round(tookMs)} ms`;
	if (run.environment.flip === step.expectation.id)
		throw run.violation(step.where, step.client, [`expected never, found ${took}`]);
	if (tookMs < notBeforeMs)
		throw run.violation(step.where, step.client, [`expected not before ${notBeforeMs} ms, found ${took}`]);
}

async function runHold(run: Run, step: StepOf<"hold">, names: Names): Promise<void> {
	const end = performance.now() + run.number(step.forMs, names, step.where);
	do {
		try {
			if (step.call.kind === "word") await runWord(run, step.call, names);
			else await runCall(run, step.call, names);
		} catch (error) {
			// Until the end it had to hold; what was seen after it proves nothing.
			if (error instanceof ViolationError && performance.now() > end) throw tooLate();
			throw error;
		}
		await new Promise((resolve) => setTimeout(resolve, pollMs));
		if (performance.now() > end + 20 * pollMs) throw tooLate();
	} while (performance.now() < end);
}

function tooLate(): UndecidedError {
	return new UndecidedError("this machine was too late to look in time");
}

async function runRepeat(run: Run, step: StepOf<"repeat">, names: Names): Promise<void> {
	const times = run.number(step.times, names, step.where);
	for (let i = 0; i < times; i++) {
		const inner = names.inner();
		inner.local("i", i);
		await runSteps(run, step.steps, inner);
	}
}
