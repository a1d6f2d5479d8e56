import { Connection } from "../client/connection.js";
import type { Fields, Value } from "../client/value.js";
import { describeValue } from "./describe.js";
import type { Run } from "./run.js";
import { finishCall } from "./run-call.js";
import type { ScenarioClient } from "./scenario-client.js";
import type { Names } from "./scope.js";
import type { Step } from "./step.js";
import { UnreachableError } from "./verdict.js";

type StepOf<Kind extends Step["kind"]> = Step & { readonly kind: Kind };

export async function runConnect(run: Run, step: StepOf<"connect">, names: Names): Promise<void> {
	const options = run.scenario.clients.get(step.client);
	const client = run.clients.get(step.client) ?? run.newClient(step.client, options?.server ?? 0);
	const given = run.handshakeFields(step.fields, names, step.where);
	run.doing = `${client.name}: ${step.mode} ${describeValue(given)}`;
	if (step.mode === "reconnect" && client.connected) client.drop("fin");
	await client.open();
	if (step.mode === "open") return;
	const fields = step.mode === "reconnect" ? { ...resumeFields(client), ...given } : given;
	const reply = await run.handshake(client, fields, step.where);
	if (step.as !== undefined) names.set(step.as, { reply, closed: reply === undefined });
	await checkHandshake(run, step, client, reply, names);
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
	const address = environment.addresses[run.scenario.clients.get(step.client)?.server ?? 0];
	if (address === undefined) throw new UnreachableError("the target has no address");
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
		throw run.violation(step.where, step.client, [`the answer does not match ${pattern}: ${describeValue(text)}`]);
	const groups = Object.entries(match.groups ?? {});
	return Object.fromEntries(groups.map(([name, value]) => [name, /^-?\d+$/.test(value) ? BigInt(value) : value]));
}
