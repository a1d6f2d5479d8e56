import { SessionError } from "../client/session-error.js";
import { describeValue } from "./describe.js";
import type { LayeredClient } from "./layered-client.js";
import type { Run } from "./run.js";
import { type Result, resultMismatches } from "./run-reply.js";
import type { EventValue } from "./scenario-client.js";
import type { Names } from "./scope.js";
import type { CallStep, Step } from "./step.js";
import { StepError } from "./verdict.js";

type StepOf<Kind extends Step["kind"]> = Step & { readonly kind: Kind };

/** One step of a client that has the session layer of real clients. */
export async function runLayered(run: Run, client: LayeredClient, step: Step, names: Names): Promise<void> {
	switch (step.kind) {
		case "call":
			return callLayered(run, client, step, names);
		case "events":
			return takeEvents(run, client, step, names);
		case "state":
			return awaitState(run, client, step, names);
		case "drop":
			client.session.disconnect();
			return;
		default:
			throw new StepError(step.where, `a client with layer: session does not do "${step.kind}" itself`);
	}
}

async function callLayered(run: Run, client: LayeredClient, step: CallStep, names: Names): Promise<void> {
	const { operation, fields } = step.request;
	if (step.expect.events !== undefined) throw new StepError(step.where, "its events come apart from its replies");
	const given = run.evaluate(fields, names, step.where);
	run.doing = `${step.client}: ${operation} ${describeValue(given)}`;
	const sent = { operation, xid: 0, fields: given, text: run.doing };
	const result = await resultOf(run, client, operation, given);
	if (step.as !== undefined) names.set(step.as, result);
	run.require(resultMismatches(run, sent, step.expect, result, names), step.where, step.client);
}

async function resultOf(
	run: Run,
	client: LayeredClient,
	operation: string,
	fields: ReturnType<Run["evaluate"]>,
): Promise<Result> {
	const at = (): number => Math.round(performance.now());
	const common = { xid: 0, closed: false, events: [] };
	try {
		const { err, zxid, value } = await client.session.call(operation, fields ?? undefined);
		const error = run.environment.codec.errorName(err);
		return { ...common, error, zxid, reply: err === 0 ? value : undefined, at: at() };
	} catch (error) {
		if (!(error instanceof SessionError)) throw error;
		return { ...common, error: error.reason, zxid: 0, reply: undefined, at: at() };
	}
}

async function takeEvents(run: Run, client: LayeredClient, step: StepOf<"events">, names: Names): Promise<void> {
	const timeoutMs = run.timeout(step.within, names, step.where);
	run.doing = `${step.client}: awaits an event`;
	const taken: EventValue[] = [];
	for (const matcher of step.events.items) {
		const event = await client.nextEvent(timeoutMs);
		if (event === undefined) throw run.violation(step.where, step.client, [`no event within ${timeoutMs} ms`]);
		run.require(run.mismatches(matcher, event, names), step.where, step.client);
		taken.push(event);
	}
	if (step.as !== undefined) names.set(step.as, taken.length === 1 ? taken[0] : taken);
}

async function awaitState(run: Run, client: LayeredClient, step: StepOf<"state">, names: Names): Promise<void> {
	run.doing = `${step.client}: awaits ${step.wanted}`;
	const found = await client.stateWithin(step.wanted, run.timeout(step.within, names, step.where));
	if (run.meets(step.expectation, found === step.wanted)) return;
	const expected = found === step.wanted ? `not ${step.wanted}` : step.wanted;
	run.require([{ expectation: step.expectation, expected, actual: found }], step.where, step.client);
}
