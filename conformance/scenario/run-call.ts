import type { Value } from "../client/value.js";
import { describeValue } from "./describe.js";
import type { Run } from "./run.js";
import { type Result, readClose, readReply, resultMismatches } from "./run-reply.js";
import type { ScenarioClient, Sent } from "./scenario-client.js";
import type { Names } from "./scope.js";
import type { CallStep, ReplyExpectation, RequestTemplate } from "./step.js";
import { StepError, UndecidedError } from "./verdict.js";

export function sendRequest(run: Run, client: ScenarioClient, request: RequestTemplate, names: Names): Sent {
	const where = run.scenario.where;
	const { operation, fields } = resolveRequest(run, request, names);
	const xid = request.xid === undefined ? undefined : run.number(request.xid, names, where);
	const sent = client.send(operation, fields, xid);
	run.doing = sent.text;
	if (operation === "auth") rememberIdentity(run, fields);
	return sent;
}

/** `call` names a value such as `{delete: $root/n}`, whose only key is the operation. */
function resolveRequest(run: Run, request: RequestTemplate, names: Names): { operation: string; fields: Value } {
	const where = run.scenario.where;
	const fields = run.evaluate(request.fields, names, where);
	if (request.operation !== "call") return { operation: request.operation, fields };
	const [entry, ...others] = Object.entries(fields ?? {});
	if (entry === undefined || others.length > 0 || !run.environment.codec.hasOperation(entry[0]))
		throw new StepError(where, `call needs one operation with its arguments, found ${describeValue(fields)}`);
	return { operation: entry[0], fields: entry[1] as Value };
}

function rememberIdentity(run: Run, fields: unknown): void {
	const { scheme, auth } = fields as { scheme?: unknown; auth?: unknown };
	if (typeof scheme === "string" && typeof auth === "string") run.identities.push({ scheme, auth });
}

/** One request and everything that the step demands of its reply. */
export async function runCall(run: Run, step: CallStep, names: Names): Promise<Result> {
	const client = await run.client(step.client);
	const sent = sendRequest(run, client, step.request, names);
	return finishCall(run, client, sent, step.expect, names, step.as);
}

/** A reply that came too late to prove anything is nobody's fault but this machine's, whatever it says. */
function decideInTime(run: Run, expect: ReplyExpectation, result: Result, names: Names): void {
	if (expect.before === undefined) return;
	const limit = run.number(expect.before, names, expect.where);
	if (result.at > limit)
		throw new UndecidedError(`${run.doing}: the reply came ${result.at - limit} ms too late to prove anything`);
}

/** Reads the reply, keeps it under its name and checks it. */
export async function finishCall(
	run: Run,
	client: ScenarioClient,
	sent: Sent,
	expect: ReplyExpectation,
	names: Names,
	as: string | undefined,
): Promise<Result> {
	const result = await readReply(run, client, sent, expect, names);
	if (sent.operation === "closeSession" && result.error === "OK") client.ended = true;
	if (as !== undefined) names.set(as, result);
	decideInTime(run, expect, result, names);
	const found = resultMismatches(run, sent, expect, result, names);
	if (found.length > 0 && wasToSucceed(expect) && isEnding(result)) run.excuseSilence(client);
	run.require(found, expect.where, client.name);
	if (expect.thenClosed !== undefined)
		await finishClose(run, client, expect.thenClosed, run.environment.replyTimeoutMs);
	return result;
}

function wasToSucceed({ error }: ReplyExpectation): boolean {
	return error?.kind === "leaf" && error.wanted === "OK";
}

function isEnding({ closed, error }: Result): boolean {
	return closed || error === "SESSIONEXPIRED";
}

export async function finishClose(
	run: Run,
	client: ScenarioClient,
	expectation: NonNullable<ReplyExpectation["closed"]>,
	timeoutMs: number,
): Promise<void> {
	const found = await readClose(client, timeoutMs);
	if (run.meets(expectation, found === "closed")) return;
	run.require(
		[{ expectation, expected: found === "closed" ? "not closed" : "closed", actual: found }],
		expectation.where,
		client.name,
	);
}

/** Sends every call of a pipeline, each as often as it says, then reads all replies in order. */
export async function runPipeline(
	run: Run,
	calls: readonly CallStep[],
	clientName: string,
	names: Names,
): Promise<void> {
	const client = await run.client(clientName);
	const sent: { readonly call: CallStep; readonly sent: Sent; readonly names: Names }[] = [];
	for (const call of calls) {
		const times = call.times === undefined ? 1 : run.number(call.times, names, call.where);
		for (let i = 0; i < times; i++) {
			const inner = names.inner();
			if (call.times !== undefined) inner.local("i", i);
			sent.push({ call, sent: sendRequest(run, client, call.request, inner), names: inner });
		}
	}
	for (const one of sent) await finishCall(run, client, one.sent, one.call.expect, one.names, one.call.as);
}
