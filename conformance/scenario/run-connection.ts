import { Connection } from "../client/connection.js";
import type { Fields, Value } from "../client/value.js";
import { describeText, describeValue } from "./describe.js";
import type { Run } from "./run.js";
import { finishCall } from "./run-call.js";
import { addressOf, type HandshakeReply, type ScenarioClient } from "./scenario-client.js";
import type { Names } from "./scope.js";
import type { Step } from "./step.js";
import { ViolationError } from "./verdict.js";

type StepOf<Kind extends Step["kind"]> = Step & { readonly kind: Kind };

export async function runConnect(run: Run, step: StepOf<"connect">, names: Names): Promise<void> {
	const options = run.scenario.clients.get(step.client);
	const server = run.server(step.server ?? options?.server ?? 1, names, step.where);
	const client = run.clients.get(step.client) ?? run.newClient(step.client, server);
	if (step.server !== undefined) client.moveTo(server);
	const given = run.handshakeFields(step.fields, names, step.where);
	run.doing = `${client.name}: ${step.mode} ${describeValue(given)}`;
	if (step.mode === "reconnect" && client.connected) client.drop("fin");
	if (step.mode === "open") return client.open();
	const fields = step.mode === "reconnect" ? { ...resumeFields(client), ...given } : given;
	const reply =
		step.within === undefined
			? await attach(run, client, fields, step.where)
			: await attachWithin(run, client, fields, run.number(step.within, names, step.where), step.where);
	if (step.as !== undefined) names.set(step.as, { reply, closed: reply === undefined });
	await checkHandshake(run, step, client, reply, names);
}

async function attach(run: Run, client: ScenarioClient, fields: Fields, where: Step["where"]): Promise<HandshakeReply> {
	await client.open();
	return run.handshake(client, fields, where);
}

/** How long it waits before it asks a server again that did not take it. */
const retryMs = 25;
/** A word answers with a page at most. */
const wordTextMax = 4000;

/** A server that is just looking for a leader, or is behind, takes nobody: real clients try again, too. */
export async function attachWithin(
	run: Run,
	client: ScenarioClient,
	fields: Fields,
	withinMs: number,
	where: Step["where"],
): Promise<HandshakeReply> {
	const end = performance.now() + withinMs;
	for (;;) {
		try {
			const reply = await attach(run, client, fields, where);
			if (reply !== undefined || performance.now() >= end) return reply;
		} catch (error) {
			const notYet = (error as Error).name === "ConnectError" || error instanceof ViolationError;
			if (!notYet || performance.now() >= end) throw error;
		}
		client.forgetConnection();
		await new Promise((resolve) => setTimeout(resolve, retryMs));
	}
}

function resumeFields(client: ScenarioClient): Fields {
	return { sessionId: client.sessionId, passwd: client.passwd, lastZxidSeen: client.lastZxid, timeOut: client.timeOut };
}

async function checkHandshake(
	run: Run,
	step: StepOf<"connect">,
	client: ScenarioClient,
	reply: Fields | undefined,
	names: Names,
): Promise<void> {
	const refused = reply !== undefined && reply.sessionId === 0n && reply.timeOut === 0;
	const state = reply === undefined ? "closed without an answer" : refused ? "refused" : "accepted";
	if (reply === undefined) client.forgetConnection();
	const expectation = step.closed ?? step.refused;
	const wanted = step.closed ? "closed without an answer" : step.refused ? "refused" : "accepted";
	if (expectation !== undefined && !run.meets(expectation, state === wanted)) {
		const expected = state === wanted ? `not ${wanted}` : wanted;
		run.require([{ expectation, expected, actual: state }], step.where, client.name);
	}
	const found = run.mismatches(step.reply, reply, names);
	if (expectation === undefined && state !== wanted && (step.reply === undefined || found.length > 0)) {
		run.excuseSilence(client);
		if (step.reply === undefined)
			throw run.violation(step.where, client.name, [`handshake: expected ${wanted}, found ${state}`]);
	}
	run.require(found, step.where, client.name);
	const unexpected = reply?.unexpectedBytes;
	if (unexpected !== undefined)
		throw run.violation(step.where, client.name, [`bytes after the handshake's answer: ${describeValue(unexpected)}`]);
}

export async function runRaw(run: Run, step: StepOf<"raw">, names: Names): Promise<void> {
	const client = await run.client(step.client);
	const parts = run.evaluate(step.parts, names, step.where) as readonly Value[];
	const bytes = run.environment.codec.encodeParts(parts);
	run.doing = `${client.name}: ${step.framed ? "frame" : "bytes"} ${describeValue(parts)}`;
	if (step.framed) client.connection.writeFrame(bytes);
	else client.connection.write(bytes);
	if (step.expect === undefined) return;
	const xid = step.framed && bytes.length >= 4 ? Buffer.from(bytes).readInt32BE(0) : 0;
	const sent = { operation: step.replyOf ?? "ping", xid, fields: null, text: run.doing };
	await finishCall(run, client, sent, step.expect, names, step.as);
}

/** Sends a four-letter word on a connection of its own and reads until the server closes it. */
export async function runWord(run: Run, step: StepOf<"word">, names: Names): Promise<void> {
	const { environment } = run;
	const word = String(run.evaluate(step.word, names, step.where));
	run.doing = `word ${describeValue(word)}`;
	const server = step.server ?? run.scenario.clients.get(step.client)?.server ?? 1;
	const address = addressOf(environment, run.server(server, names, step.where));
	const trace = environment.trace(`word ${word.slice(0, 4)}`);
	const connectTimeoutMs = environment.replyTimeoutMs;
	const connection = await Connection.open(address, { connectTimeoutMs, ...(trace && { trace }) });
	try {
		connection.write(Buffer.from(word, "latin1"));
		const bytes = await connection.readAll(environment.replyTimeoutMs);
		const text = Buffer.from(bytes).toString("utf8");
		if (!connection.isClosed)
			throw run.violation(step.where, step.client, ["the server did not close the connection after its answer"]);
		if (step.as !== undefined) names.set(step.as, { text, ...groupsOf(run, step, text, names) });
		run.require(run.mismatches(step.text, text, names), step.where, step.client);
	} finally {
		connection.destroy();
	}
}

function groupsOf(run: Run, step: StepOf<"word">, text: string, names: Names): Record<string, unknown> {
	if (step.groups === undefined) return {};
	const pattern = String(run.evaluate(step.groups, names, step.where));
	const match = new RegExp(pattern, "m").exec(text);
	if (match === null)
		throw run.violation(step.where, step.client, [
			`the answer does not match ${pattern}: ${describeText(text, wordTextMax)}`,
		]);
	const groups = Object.entries(match.groups ?? {});
	return Object.fromEntries(groups.map(([name, value]) => [name, /^-?\d+$/.test(value) ? BigInt(value) : value]));
}
