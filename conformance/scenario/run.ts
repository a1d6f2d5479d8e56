import type { Place } from "../../spec/load/spec-error.js";
import type { Fields, Value } from "../client/value.js";
import type { Credentials, ScenarioEnvironment } from "./environment.js";
import { ExpressionError, evaluateTemplate } from "./expression.js";
import { LayeredClient } from "./layered-client.js";
import type { Expectation, MatchContext, Matcher, Mismatch } from "./matcher.js";
import { mismatches } from "./matcher.js";
import { addressOf, type HandshakeReply, ScenarioClient, type Sent } from "./scenario-client.js";
import { Names } from "./scope.js";
import type { ClientOptions, Scenario, Template } from "./step.js";
import { StepError, UndecidedError, UnreachableError, ViolationError } from "./verdict.js";

const defaultOptions: ClientOptions = {
	connect: {},
	autoConnect: true,
	layer: "raw",
	auth: [],
	super: false,
	server: undefined,
};

/** What a client with the session layer asks for, unless the scenario says so. */
const layeredTimeoutMs = 10_000;

/** One run of one scenario: its clients, its names, what it has sent and not yet read. */
export class Run {
	readonly scenario: Scenario;
	readonly environment: ScenarioEnvironment;
	readonly names = new Names();
	readonly clients = new Map<string, ScenarioClient>();
	readonly layered = new Map<string, LayeredClient>();
	readonly sent = new Map<string, Sent>();
	/** Identities that were used, so that the sweeper can open what they locked. */
	readonly identities: Credentials[] = [];
	/** The last thing asked, in one line, for the report. */
	doing = "";

	constructor(scenario: Scenario, environment: ScenarioEnvironment) {
		this.scenario = scenario;
		this.environment = environment;
		this.names.local("root", environment.root);
		this.names.local("suite", environment.root.slice(0, environment.root.lastIndexOf("/")));
		this.names.local("server", environment.facts);
		this.names.local("seed", environment.seed);
		this.names.local("super", environment.super);
	}

	/** Gives the values of the row and of `let` their names; they may use one another. */
	defineValues(): void {
		const { values, where } = this.scenario;
		for (const [name, value] of Object.entries(values)) {
			this.names.lazy(name, () => this.evaluate(value, this.names, where));
		}
		for (const name of Object.keys(values)) this.names.lookup(name);
	}

	/** The client of this name, connected as the scenario says, or else to this server, if it is not yet. */
	async client(name: string, server = 1): Promise<ScenarioClient> {
		const known = this.clients.get(name);
		if (known) return known;
		const options = this.scenario.clients.get(name) ?? defaultOptions;
		const client = this.newClient(name, this.server(options.server ?? server, this.names, this.scenario.where));
		if (options.autoConnect) await this.#connect(client, options);
		return client;
	}

	/** The client of this name without a connection, for this server. */
	unconnected(name: string, server: number): ScenarioClient {
		return this.clients.get(name) ?? this.newClient(name, server);
	}

	/** The client of this name when the scenario gives it the session layer; started at its first step. */
	maybeLayered(name: string): LayeredClient | undefined {
		const options = this.scenario.clients.get(name);
		if (options?.layer !== "session") return undefined;
		const known = this.layered.get(name);
		if (known) return known;
		const { timeOut = layeredTimeoutMs } = this.handshakeFields(options.connect, this.names, this.scenario.where);
		const { addresses } = this.environment;
		const server =
			options.server === undefined ? undefined : this.server(options.server, this.names, this.scenario.where);
		// With a server named it stays with that one.
		const own = server === undefined ? addresses : [addressOf(this.environment, server)];
		const client = new LayeredClient(name, { ...this.environment, addresses: own }, Number(timeOut));
		for (const { scheme, auth } of this.#identitiesOf(options)) client.identify(scheme, auth);
		this.layered.set(name, client);
		this.names.set(name, client.session);
		return client;
	}

	newClient(name: string, server: number): ScenarioClient {
		const client = new ScenarioClient(name, this.environment, server);
		this.clients.set(name, client);
		this.names.set(name, client);
		return client;
	}

	async #connect(client: ScenarioClient, options: ClientOptions): Promise<void> {
		await client.open();
		const fields = this.handshakeFields(options.connect, this.names, this.scenario.where);
		const reply = await this.handshake(client, fields, this.scenario.where);
		if (reply === undefined || client.ended)
			throw this.violation(this.scenario.where, client.name, ["the server refused a new session"]);
		for (const identity of this.#identitiesOf(options)) await this.#authenticate(client, identity);
	}

	/** A target that says nothing, or nonsense, to one handshake may still serve others: that is a finding like any other. */
	async handshake(client: ScenarioClient, fields: Fields, where: Place): Promise<HandshakeReply> {
		try {
			return await client.handshake(fields);
		} catch (error) {
			const undecodable = (error as Error).name === "DecodeError";
			if (!undecodable && !(error instanceof UnreachableError)) throw error;
			const text = (error as Error).message;
			throw this.violation(where, client.name, [
				undecodable ? `the handshake's answer can not be decoded: ${text}` : text,
			]);
		}
	}

	/**
	 * To be asked before an ending that was not expected is called a violation: a server may end a session whose client
	 * said nothing for its whole timeout, which is how it looks when this machine was busy elsewhere.
	 * @throws UndecidedError when that may be the reason
	 */
	excuseSilence(client: ScenarioClient): void {
		// A run with an expectation turned around is meant to fail and needs no excuse.
		if (this.environment.flip !== undefined || !client.maybeExpired) return;
		throw new UndecidedError(`${this.doing}: client ${client.name} was silent for its whole session timeout before`);
	}

	#identitiesOf(options: ClientOptions): Credentials[] {
		const templates = options.super ? [this.#mustSuper(), ...options.auth] : options.auth;
		const identities = this.evaluate(templates, this.names, this.scenario.where) as unknown as Credentials[];
		this.identities.push(...identities);
		return identities;
	}

	#mustSuper(): Credentials {
		const credentials = this.environment.super;
		if (credentials === undefined)
			throw new StepError(this.scenario.where, "super credentials are needed: requires: [super]");
		return credentials;
	}

	async #authenticate(client: ScenarioClient, fields: Credentials): Promise<void> {
		client.send("auth", { ...fields }, undefined);
		const arrival = await client.next(this.environment.replyTimeoutMs);
		if (arrival.type === "reply" && arrival.header.error === "OK") return;
		throw this.violation(this.scenario.where, client.name, [`auth of ${fields.scheme} was not accepted`]);
	}

	/** Handshake fields; `{absent: true}` leaves an optional one out. */
	handshakeFields(template: Template, names: Names, where: Place): Record<string, Value> {
		const fields = this.evaluate(template, names, where) as Record<string, Value>;
		const isAbsent = (value: Value): boolean => value !== null && typeof value === "object" && "absent" in value;
		const entries = Object.entries(fields).map(([name, value]) => [name, isAbsent(value) ? undefined : value]);
		return Object.fromEntries(entries) as Record<string, Value>;
	}

	evaluate(template: Template, names: Names, where: Place): Value {
		try {
			return evaluateTemplate(template, names) as Value;
		} catch (error) {
			if (error instanceof ExpressionError) throw new StepError(where, error.message);
			throw error;
		}
	}

	/** The id of a server. */
	server(template: Template, names: Names, where: Place): number {
		const id = this.number(template, names, where);
		if (Number.isInteger(id) && id >= 1) return id;
		throw new StepError(where, `a server's id is a whole number from 1, not ${id}`);
	}

	/** A number of ms or a count. */
	number(template: Template, names: Names, where: Place): number {
		const value = this.evaluate(template, names, where);
		if (typeof value !== "number") throw new StepError(where, `a number was expected, found ${String(value)}`);
		return value;
	}

	/** A bound in ms: what the step says, or the time that a reply may take. */
	timeout(within: Template | undefined, names: Names, where: Place): number {
		return within === undefined ? this.environment.replyTimeoutMs : this.number(within, names, where);
	}

	context(names: Names): MatchContext {
		return { scope: names, flip: this.environment.flip };
	}

	mismatches(matcher: Matcher | undefined, actual: unknown, names: Names): Mismatch[] {
		return matcher === undefined ? [] : mismatches(matcher, actual, this.context(names));
	}

	/** Whether a plain yes-or-no expectation is met, turned around when it is the one to flip. */
	meets(expectation: Expectation, actual: boolean): boolean {
		return actual !== (this.environment.flip === expectation.id);
	}

	violation(where: Place, client: string, problems: readonly string[]): ViolationError {
		return new ViolationError({ where, client, step: this.doing, problems });
	}

	/** Throws when something does not match, naming each demand with what was expected and found. */
	require(found: readonly Mismatch[], where: Place, client: string): void {
		if (found.length > 0) throw this.violation(where, client, found.map(describeMismatch));
	}
}

export function describeMismatch({ expectation, expected, actual }: Mismatch): string {
	return `${expectation.subject}: expected ${expected}, found ${actual}`;
}
