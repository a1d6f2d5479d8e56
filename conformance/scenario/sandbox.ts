import type { Address } from "../client/connection.js";
import type { Credentials, ScenarioEnvironment } from "./environment.js";
import { ScenarioClient, type Sent } from "./scenario-client.js";
import { UnreachableError } from "./verdict.js";

/** Errors that say that what should go is already gone. */
const gone = new Set(["OK", "NONODE"]);

/** Where the limits of a node stand, at the node's own path. */
export const quotaRoot = "/zookeeper/quota";

/** How often the whole is tried again at the end, and how long it waits in between. */
const closeAttemptsMax = 5;
const closePauseMs = 200;

/** The suite's own node on the target, on a session of its own: everything that the suite creates stands below it. */
export class Sandbox {
	readonly path: string;
	readonly #environment: ScenarioEnvironment;
	readonly #identities: readonly Credentials[];
	#client: ScenarioClient;

	private constructor(
		path: string,
		environment: ScenarioEnvironment,
		identities: readonly Credentials[],
		client: ScenarioClient,
	) {
		this.path = path;
		this.#environment = environment;
		this.#identities = identities;
		this.#client = client;
	}

	/**
	 * Creates the node as the given identities, having proved that it and what stands below it can be removed again.
	 * @throws UnreachableError when the target refuses any of it
	 */
	static async open(
		path: string,
		environment: ScenarioEnvironment,
		identities: readonly Credentials[] = [],
	): Promise<Sandbox> {
		const sandbox = new Sandbox(path, environment, identities, await connect(environment, identities));
		await sandbox.#must("create", { path });
		await sandbox.#must("delete", { path });
		await sandbox.#must("create", { path });
		await sandbox.#must("create", { path: `${path}/probe` });
		await sandbox.#must("delete", { path: `${path}/probe` });
		return sandbox;
	}

	/** A node that an earlier run left, so that it can be removed. */
	static async attach(
		path: string,
		environment: ScenarioEnvironment,
		identities: readonly Credentials[],
	): Promise<Sandbox> {
		return new Sandbox(path, environment, identities, await connect(environment, identities));
	}

	/** The same node by way of another server of the same ensemble; end it with `leave`. */
	async by(address: Address): Promise<Sandbox> {
		return Sandbox.attach(this.path, { ...this.#environment, addresses: [address] }, this.#identities);
	}

	/** Ends its session; the node stays. */
	async leave(): Promise<void> {
		await closeSession(this.#client, this.#environment.replyTimeoutMs);
	}

	/** Waits until this server has seen all that was written before. */
	async catchUp(): Promise<void> {
		await this.#must("sync", { path: this.path });
	}

	/** An empty node for one scenario. */
	async makeRoot(name: string): Promise<string> {
		const path = `${this.path}/${name}`;
		const { error } = await this.#askOwn("create", { path });
		// Names are given once: one that is there was made by this very request, whose first answer went with the connection.
		if (error !== "OK" && error !== "NODEEXISTS")
			throw new UnreachableError(`create ${path} was answered with ${error}`);
		return path;
	}

	/**
	 * Removes a node with all below it, as all the identities that the scenario used.
	 * @returns the paths that could not be removed, with the error
	 */
	async remove(path: string, identities: readonly Credentials[]): Promise<string[]> {
		const { error } = await this.#askOwn("delete", { path });
		if (gone.has(error)) return [];
		if (identities.length === 0) return this.#removeTree(this.#client, path);
		const client = await connect(this.#environment, [...this.#identities, ...identities]);
		try {
			return await this.#removeTree(client, path);
		} finally {
			await closeSession(client, this.#environment.replyTimeoutMs);
		}
	}

	/**
	 * Removes the node and all that is left below it, also what sessions that are just ending still hold.
	 * @returns the paths that could not be removed, with the error
	 */
	async close(identities: readonly Credentials[] = []): Promise<string[]> {
		let left = await this.#removeAll(identities);
		for (let i = 1; i < closeAttemptsMax && left.length > 0; i++) {
			await new Promise((resolve) => setTimeout(resolve, closePauseMs));
			left = await this.#removeAll(identities);
		}
		await this.leave();
		return left;
	}

	/** Lets go of a target that broke off; what stands there stays. */
	abandon(): void {
		this.#client.forgetConnection();
	}

	/** The node's own tree, and what limits any part of it. */
	async #removeAll(identities: readonly Credentials[]): Promise<string[]> {
		const quotas = await this.remove(`${quotaRoot}${this.path}`, identities);
		return [...quotas, ...(await this.remove(this.path, identities))];
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
		const { error } = await this.#askOwn(operation, fields);
		if (error !== "OK") throw new UnreachableError(`${operation} ${fields.path} was answered with ${error}`);
	}

	/** This session may have expired while a long scenario ran: then it takes another one. */
	async #askOwn(operation: string, fields: { path: string }): Promise<Answer> {
		try {
			return await this.#ask(this.#client, operation, fields);
		} catch (error) {
			if (!(error instanceof UnreachableError)) throw error;
			this.#client = await connect(this.#environment, this.#identities);
			return this.#ask(this.#client, operation, fields);
		}
	}

	/** Requests go out at once; replies come in their order, so that each is read after the one before. */
	#ask(client: ScenarioClient, operation: string, fields: { path: string }): Promise<Answer> {
		const sent = client.send(operation, fields, undefined);
		const before = this.#queue.get(client) ?? Promise.resolve();
		const read = () => readAnswer(client, sent, this.#environment);
		const answer = before.then(read, read);
		this.#queue.set(client, answer);
		return answer;
	}

	readonly #queue = new WeakMap<ScenarioClient, Promise<unknown>>();
}

interface Answer {
	readonly error: string;
	readonly children: readonly string[];
}

async function readAnswer(client: ScenarioClient, sent: Sent, environment: ScenarioEnvironment): Promise<Answer> {
	const arrival = await client.next(environment.replyTimeoutMs);
	if (arrival.type !== "reply") throw new UnreachableError(`${sent.text}: no reply (${arrival.type})`);
	if (arrival.header.xid !== sent.xid) throw new UnreachableError(`${sent.text}: the reply to another request came`);
	const { error } = arrival.header;
	if (error !== "OK") return { error, children: [] };
	const { children } = environment.codec.decodeReply(sent.operation, arrival.body).value as { children?: string[] };
	return { error, children: children ?? [] };
}

async function connect(environment: ScenarioEnvironment, identities: readonly Credentials[]): Promise<ScenarioClient> {
	const client = new ScenarioClient("sandbox", environment, 1);
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
