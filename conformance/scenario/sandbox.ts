import type { Credentials, ScenarioEnvironment } from "./environment.js";
import { ScenarioClient } from "./scenario-client.js";
import { UnreachableError } from "./verdict.js";

/** Errors that say that what should go is already gone. */
const gone = new Set(["OK", "NONODE"]);

/** The suite's own node on the target, on a session of its own: everything that the suite creates stands below it. */
export class Sandbox {
	readonly path: string;
	readonly #environment: ScenarioEnvironment;
	#client: ScenarioClient;

	private constructor(path: string, environment: ScenarioEnvironment, client: ScenarioClient) {
		this.path = path;
		this.#environment = environment;
		this.#client = client;
	}

	/**
	 * Creates the node and proves that it could be removed again: a child is created and deleted.
	 * @throws UnreachableError when the target refuses any of it
	 */
	static async open(path: string, environment: ScenarioEnvironment): Promise<Sandbox> {
		const sandbox = new Sandbox(path, environment, await connect(environment, []));
		await sandbox.#must("create", { path });
		await sandbox.#must("create", { path: `${path}/probe` });
		await sandbox.#must("delete", { path: `${path}/probe` });
		return sandbox;
	}

	/** An empty node for one scenario. */
	async makeRoot(name: string): Promise<string> {
		const path = `${this.path}/${name}`;
		await this.#must("create", { path });
		return path;
	}

	/**
	 * Removes a node with all below it, as all the identities that the scenario used.
	 * @returns the paths that could not be removed, with the error
	 */
	async remove(path: string, identities: readonly Credentials[]): Promise<string[]> {
		if (identities.length === 0) return this.#removeTree(this.#client, path);
		const client = await connect(this.#environment, identities);
		try {
			return await this.#removeTree(client, path);
		} finally {
			await closeSession(client, this.#environment.replyTimeoutMs);
		}
	}

	async close(): Promise<string[]> {
		const left = await this.remove(this.path, []);
		await closeSession(this.#client, this.#environment.replyTimeoutMs);
		return left;
	}

	async #removeTree(client: ScenarioClient, path: string): Promise<string[]> {
		const first = await this.#ask(client, "delete", { path });
		if (gone.has(first.error)) return [];
		const { error, children } = await this.#ask(client, "getChildren", { path });
		if (error !== "OK") return [`${path}: ${error}`];
		const left = await Promise.all(children.map((name) => this.#removeTree(client, `${path}/${name}`)));
		const last = await this.#ask(client, "delete", { path });
		return gone.has(last.error) ? left.flat() : [...left.flat(), `${path}: ${last.error}`];
	}

	async #must(operation: string, fields: { path: string }): Promise<void> {
		const { error } = await this.#ask(this.#client, operation, fields);
		if (error !== "OK") throw new UnreachableError(`${operation} ${fields.path} was answered with ${error}`);
	}

	/** Requests of one client queue up, so that each reads its own reply. */
	#ask(client: ScenarioClient, operation: string, fields: { path: string }): Promise<Answer> {
		const before = this.#queue.get(client) ?? Promise.resolve();
		const answer = before.then(
			() => ask(client, operation, fields, this.#environment),
			() => ask(client, operation, fields, this.#environment),
		);
		this.#queue.set(client, answer);
		return answer;
	}

	readonly #queue = new WeakMap<ScenarioClient, Promise<unknown>>();
}

interface Answer {
	readonly error: string;
	readonly children: readonly string[];
}

async function ask(
	client: ScenarioClient,
	operation: string,
	fields: { path: string },
	environment: ScenarioEnvironment,
): Promise<Answer> {
	client.send(operation, fields, undefined);
	const arrival = await client.next(environment.replyTimeoutMs);
	if (arrival.type !== "reply") throw new UnreachableError(`${operation} ${fields.path}: no reply (${arrival.type})`);
	const { error } = arrival.header;
	if (error !== "OK") return { error, children: [] };
	const { children } = environment.codec.decodeReply(operation, arrival.body).value as { children?: string[] };
	return { error, children: children ?? [] };
}

async function connect(environment: ScenarioEnvironment, identities: readonly Credentials[]): Promise<ScenarioClient> {
	const client = new ScenarioClient("sandbox", environment, 0);
	await client.open();
	const reply = await client.handshake({ timeOut: 30_000 });
	if (reply === undefined || client.ended) throw new UnreachableError("the server refused a session");
	const all = environment.super === undefined ? identities : [...identities, environment.super];
	for (const identity of all) {
		client.send("auth", { ...identity }, undefined);
		// A wrong identity ends the connection; the scenario that used it meant to.
		const arrival = await client.next(environment.replyTimeoutMs);
		if (arrival.type === "closed" || (arrival.type === "reply" && arrival.header.error !== "OK")) {
			return connect(
				environment,
				identities.filter((other) => other !== identity),
			);
		}
	}
	return client;
}

async function closeSession(client: ScenarioClient, timeoutMs: number): Promise<void> {
	client.send("closeSession", null, undefined);
	await client.next(timeoutMs);
	client.drop("fin");
}
