import { describeValue } from "./describe.js";
import type { Mismatch } from "./matcher.js";
import type { Run } from "./run.js";
import type { Arrival, EventValue, ScenarioClient, Sent } from "./scenario-client.js";
import type { Names } from "./scope.js";
import type { EventsExpectation, ReplyExpectation } from "./step.js";

/** What has to be known to read a reply, without judging it. */
export type Awaited = Pick<ReplyExpectation, "where" | "events">;

/** What came back for a request; `closed` stands for a connection that the server ended instead. */
export interface Result {
	readonly error: string;
	readonly xid: number;
	readonly zxid: number | bigint;
	readonly reply: unknown;
	readonly closed: boolean;
	/** Local monotonic ms. */
	readonly at: number;
	readonly events: readonly EventValue[];
}

/** Reads the events that must come first, then the reply; nothing is demanded of the reply yet. */
export async function readReply(
	run: Run,
	client: ScenarioClient,
	sent: Sent,
	expect: Awaited,
	names: Names,
): Promise<Result> {
	const { result } = await readAnyReply(run, client, [sent], expect, names);
	return result;
}

/** Reads the reply to whichever of these comes first, told by its xid; one that fits none counts for the first. */
export async function readAnyReply(
	run: Run,
	client: ScenarioClient,
	waiting: readonly [Sent, ...Sent[]],
	expect: Awaited,
	names: Names,
): Promise<{ readonly sent: Sent; readonly result: Result }> {
	const events = await readEvents(run, client, expect.events, names, run.environment.replyTimeoutMs);
	const arrival = await client.next(run.environment.replyTimeoutMs);
	const xid = arrival.type === "reply" ? arrival.header.xid : undefined;
	const sent = waiting.find((one) => one.xid === xid) ?? waiting[0];
	// Another branch may have spoken meanwhile.
	run.doing = sent.text;
	return { sent, result: { ...resultOf(run, client, sent, arrival, expect), events } };
}

function resultOf(
	run: Run,
	client: ScenarioClient,
	sent: Sent,
	arrival: Arrival,
	expect: Awaited,
): Omit<Result, "events"> {
	const at = Math.round(performance.now());
	const fail = (problem: string) => run.violation(expect.where, client.name, [problem]);
	switch (arrival.type) {
		case "event":
			throw fail(`an event that nothing here expects came before the reply: ${describeEvent(arrival.event)}`);
		case "timeout":
			throw fail(`no reply within ${run.environment.replyTimeoutMs} ms`);
		case "undecodable":
			throw fail(`the reply's header can not be decoded: ${arrival.message}`);
		case "closed":
			client.forgetConnection();
			return { error: "CLOSED", xid: 0, zxid: 0, reply: undefined, closed: true, at };
		case "reply": {
			const { xid, zxid, error } = arrival.header;
			if (error !== "OK" && arrival.body.length > 0 && !run.environment.codec.repliesWithSequence(sent.operation))
				throw fail(`a reply with ${error} has no body, but ${describeValue(arrival.body)} follows its header`);
			const reply = error === "OK" ? decodeBody(run, client, sent, arrival.body, expect) : undefined;
			return { error, xid, zxid: narrow(zxid), reply, closed: false, at };
		}
	}
}

function decodeBody(run: Run, client: ScenarioClient, sent: Sent, body: Uint8Array, expect: Awaited): unknown {
	const { codec } = run.environment;
	try {
		const { value, rest } = codec.decodeReply(sent.operation, body);
		if (rest.length === 0) return withErrorNames(value, codec.errorName.bind(codec));
		throw run.violation(expect.where, client.name, [
			`${rest.length} bytes follow the reply's last field: ${describeValue(rest)}`,
		]);
	} catch (error) {
		if ((error as Error).name !== "DecodeError") throw error;
		throw run.violation(expect.where, client.name, [
			`the reply to ${sent.operation} can not be decoded: ${(error as Error).message}`,
		]);
	}
}

/** Results of a multi carry codes; scenarios speak of names. */
function withErrorNames(value: unknown, errorName: (code: number) => string): unknown {
	const { results } = value as { results?: readonly { err: number }[] };
	if (!Array.isArray(results)) return value;
	return { ...(value as object), results: results.map((result) => ({ ...result, error: errorName(result.err) })) };
}

/** Everything that a step demands of a result. */
export function resultMismatches(
	run: Run,
	sent: Sent,
	expect: ReplyExpectation,
	result: Result,
	names: Names,
): Mismatch[] {
	if (expect.closed !== undefined) return closedMismatch(run, expect.closed, result);
	if (expect.outcomes !== undefined) {
		const { error, reply, zxid, closed } = result;
		return run.mismatches(expect.outcomes, { error, zxid, closed, ...(reply === undefined ? {} : { reply }) }, names);
	}
	const found = run.mismatches(expect.error, result.error, names);
	if (found.length > 0) return found;
	found.push(...run.mismatches(expect.reply, result.reply, names), ...run.mismatches(expect.zxid, result.zxid, names));
	if (expect.xid !== undefined) found.push(...run.mismatches(expect.xid, result.xid, names));
	else if (result.xid !== sent.xid && !result.closed) {
		const expectation = { id: -1, where: expect.where, subject: "xid" };
		found.push({ expectation, expected: `${sent.xid}, that of the request`, actual: String(result.xid) });
	}
	return found;
}

function closedMismatch(run: Run, expectation: NonNullable<ReplyExpectation["closed"]>, result: Result): Mismatch[] {
	if (run.meets(expectation, result.closed)) return [];
	const actual = result.closed ? "closed" : `a reply: ${result.error}`;
	return [{ expectation, expected: result.closed ? "not closed" : "closed without a reply", actual }];
}

/** Reads as many events as are listed and demands that they are these, in this order or in any. */
export async function readEvents(
	run: Run,
	client: ScenarioClient,
	expected: EventsExpectation | undefined,
	names: Names,
	timeoutMs: number,
): Promise<EventValue[]> {
	if (expected === undefined) return [];
	const events: EventValue[] = [];
	for (let i = 0; i < expected.items.length; i++) {
		const event = await readEvent(run, client, expected, timeoutMs);
		const matcher = expected.anyOrder === undefined ? expected.items[i] : undefined;
		run.require(run.mismatches(matcher, event, names), expected.where, client.name);
		events.push(event);
	}
	run.require(run.mismatches(expected.anyOrder, events, names), expected.where, client.name);
	return events;
}

async function readEvent(
	run: Run,
	client: ScenarioClient,
	expected: EventsExpectation,
	timeoutMs: number,
): Promise<EventValue> {
	const arrival = await client.next(timeoutMs);
	if (arrival.type === "event") return arrival.event;
	if (arrival.type === "closed") run.excuseSilence(client);
	const found = {
		timeout: `nothing within ${timeoutMs} ms`,
		closed: "the connection was closed",
		reply: "a reply",
		undecodable: "a frame that can not be decoded",
	}[arrival.type];
	throw run.violation(expected.where, client.name, [
		`expected a watch event, found ${found}${arrival.type === "reply" ? `: ${arrival.header.error}, xid ${arrival.header.xid}` : ""}`,
	]);
}

/** Demands that nothing more arrives and the server ends the connection. */
export async function readClose(client: ScenarioClient, timeoutMs: number): Promise<string> {
	const arrival = await client.next(timeoutMs);
	if (arrival.type === "closed") {
		client.forgetConnection();
		return "closed";
	}
	if (arrival.type === "timeout") return `still open after ${timeoutMs} ms`;
	return arrival.type === "event" ? `an event: ${describeEvent(arrival.event)}` : "another reply";
}

export function describeEvent({ type, path }: EventValue): string {
	return `${type} ${path}`;
}

function narrow(value: bigint): number | bigint {
	return BigInt.asIntN(53, value) === value ? Number(value) : value;
}
