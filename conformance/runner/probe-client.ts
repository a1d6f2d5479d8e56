import type { Value } from "../client/value.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { ScenarioClient } from "../scenario/scenario-client.js";
import { UnreachableError } from "../scenario/verdict.js";

/** How one request ended: the name of the error, or that the server closed the connection or said nothing. */
export interface Answer {
	readonly error: string;
	readonly zxid: bigint;
	readonly body: Uint8Array;
}

export interface Greeting {
	readonly client: ScenarioClient;
	readonly timeOut: number;
	readonly readOnly: boolean;
}

/**
 * A new session with the timeout wanted.
 * @throws UnreachableError when the server refuses one
 */
export async function greet(environment: ScenarioEnvironment, timeOut: number, server = 1): Promise<Greeting> {
	const client = new ScenarioClient("probe", environment, server);
	await client.open();
	const reply = await client.handshake({ timeOut });
	if (reply === undefined || client.ended) throw new UnreachableError("the server refuses new sessions");
	return { client, timeOut: reply.timeOut as number, readOnly: reply.readOnly === true };
}

export async function ask(
	client: ScenarioClient,
	operation: string,
	fields: Value,
	timeoutMs: number,
): Promise<Answer> {
	client.send(operation, fields, undefined);
	for (;;) {
		const arrival = await client.next(timeoutMs);
		if (arrival.type === "event") continue;
		if (arrival.type !== "reply") return { error: arrival.type, zxid: 0n, body: new Uint8Array() };
		return { error: arrival.header.error, zxid: arrival.header.zxid, body: arrival.body };
	}
}

/** Ends the session; a connection that is gone needs nothing. */
export async function bye(client: ScenarioClient, timeoutMs: number): Promise<void> {
	if (!client.connected) return;
	await ask(client, "closeSession", null, timeoutMs);
	client.drop("fin");
}
