import { randomInt } from "node:crypto";
import { Codec } from "../../conformance/client/codec.js";
import type { Address } from "../../conformance/client/connection.js";
import type { Reply } from "../../conformance/client/session-calls.js";
import { SessionClient, type SessionState } from "../../conformance/client/session-client.js";
import { SessionError } from "../../conformance/client/session-error.js";
import type { Fields } from "../../conformance/client/value.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { abortable } from "../load/abortable.js";

/** The control session is over, or the servers do what no recipe expects; the message says which servers and why. */
export class ControlError extends Error {
	override readonly name = "ControlError";
}

export interface ControlOptions {
	readonly servers: readonly Address[];
	/** How long the servers wait for a process that is silent, before its ephemerals go. */
	readonly sessionMs: number;
	/** For the first connection. */
	readonly connectMs: number;
}

export type CreateMode = "PERSISTENT" | "EPHEMERAL" | "EPHEMERAL_SEQUENTIAL";

/** Beyond the session's time nobody keeps it any more: a connection would bring nothing but the news of that. */
const hopelessFactor = 1.5;

/**
 * A session with the ZooKeeper that coordinates a run; what is asked is repeated until it is answered. Everything asked
 * here may happen twice: that something is there already, or gone already, is as good as the first time.
 */
export class Control {
	readonly #codec: Codec;
	readonly #client: SessionClient;
	readonly #options: ControlOptions;
	readonly #over = new AbortController();
	#news: { readonly told: Promise<void>; tell(): void } = makeNews();
	#hopeless: NodeJS.Timeout | undefined;

	/** @throws ControlError when no server takes the session in time */
	static async open(options: ControlOptions, signal?: AbortSignal): Promise<Control> {
		const control = new Control(options);
		try {
			await abortable(control.#call("exists", { path: "/" }), signal);
			return control;
		} catch (error) {
			await control.close();
			throw error;
		}
	}

	private constructor(options: ControlOptions) {
		this.#options = options;
		this.#codec = new Codec(loadWireSpec());
		this.#giveUpAfter(options.connectMs, `no control server at ${this.#where} took a session`);
		this.#client = new SessionClient(this.#codec, {
			servers: options.servers,
			timeoutMs: options.sessionMs,
			seed: randomInt(2 ** 31),
			roundDelayMs: 200,
			onEvent: () => this.#tellNews(),
			onState: (state) => this.#became(state),
		});
	}

	/** Aborts with a ControlError once the session is over. */
	get over(): AbortSignal {
		return this.#over.signal;
	}

	get sessionId(): bigint {
		return this.#client.sessionId;
	}

	/** Makes a node; it may be there. */
	async create(path: string, data: Uint8Array | string = "", flags: CreateMode = "PERSISTENT"): Promise<void> {
		const { err } = await this.#call("create", { path, data: bytesOf(data), flags });
		if (!this.#is(err, "NODEEXISTS")) this.#mustBeDone(err, "create", path);
	}

	/** Asks once: false when it was there before, its parent is missing, or the answer was lost and nobody knows. */
	async tryCreate(path: string, data: string, flags: CreateMode): Promise<boolean> {
		try {
			const { err } = await abortable(this.#client.call("create", { path, data: bytesOf(data), flags }), this.over);
			if (this.#is(err, "NODEEXISTS") || this.#is(err, "NONODE")) return false;
			this.#mustBeDone(err, "create", path);
			return true;
		} catch (error) {
			if (!isConnectionLoss(error)) throw this.#over.signal.reason ?? error;
			return false;
		}
	}

	/** Removes a node; it may be gone. Says whether it could: not while it has children. */
	async remove(path: string): Promise<boolean> {
		const { err } = await this.#call("delete", { path });
		if (this.#is(err, "NOTEMPTY")) return false;
		if (!this.#is(err, "NONODE")) this.#mustBeDone(err, "delete", path);
		return true;
	}

	/** Removes a node with all below it, which others may be doing as well. */
	async removeTree(path: string): Promise<void> {
		do {
			for (const name of (await this.maybeChildren(path, false)) ?? []) await this.removeTree(`${path}/${name}`);
		} while (!(await this.remove(path)));
	}

	/** @throws ControlError when it is gone */
	async set(path: string, data: string): Promise<void> {
		const { err } = await this.#call("setData", { path, data: bytesOf(data) });
		this.#mustBeDone(err, "setData", path);
	}

	/** Undefined when there is no such node. `until` is woken by any change of it. */
	async maybeData(path: string): Promise<Uint8Array | undefined> {
		const { err, value } = await this.#call("getData", { path, watch: true });
		// Only exists leaves a watch on what is missing; it may have come meanwhile.
		if (this.#is(err, "NONODE")) return (await this.maybeStat(path)) && this.maybeData(path);
		this.#mustBeDone(err, "getData", path);
		return (value.data as Uint8Array | null) ?? new Uint8Array();
	}

	async maybeText(path: string): Promise<string | undefined> {
		const data = await this.maybeData(path);
		return data === undefined ? undefined : Buffer.from(data).toString();
	}

	/** Undefined when there is no such node. `until` is woken when one comes or goes. */
	async maybeChildren(path: string, watch = true): Promise<readonly string[] | undefined> {
		const { err, value } = await this.#call("getChildren", { path, watch });
		if (this.#is(err, "NONODE")) return watch ? (await this.maybeStat(path)) && this.maybeChildren(path) : undefined;
		this.#mustBeDone(err, "getChildren", path);
		return (value.children ?? []) as readonly string[];
	}

	/** Undefined when there is no such node. `until` is woken when it comes or goes. */
	async maybeStat(path: string): Promise<Fields | undefined> {
		const { err, value } = await this.#call("exists", { path, watch: true });
		if (this.#is(err, "NONODE")) return undefined;
		this.#mustBeDone(err, "exists", path);
		return value.stat as Fields;
	}

	/**
	 * What `look` finds, once it finds something; it looks again when a watch fires that was set by any look, and after
	 * each new connection. @throws ControlError; the reason of the signal
	 */
	async until<T>(look: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T> {
		for (;;) {
			// Taken first: what changes while it looks would be missed otherwise.
			const { told } = this.#news;
			const found = await abortable(look(), signal);
			if (found !== undefined) return found;
			await abortable(told, this.over, signal);
		}
	}

	/** Ends the session, and with it all its ephemerals. */
	async close(): Promise<void> {
		clearTimeout(this.#hopeless);
		this.#end("the control session was closed");
		await this.#client.close();
	}

	async #call(operation: string, fields: Fields): Promise<Reply> {
		for (;;) {
			try {
				return await abortable(this.#client.call(operation, fields), this.over);
			} catch (error) {
				if (!isConnectionLoss(error)) throw this.#over.signal.reason ?? error;
			}
		}
	}

	#became(state: SessionState): void {
		switch (state) {
			case "CONNECTED":
				clearTimeout(this.#hopeless);
				this.#tellNews();
				return;
			case "CONNECTING":
				this.#giveUpAfter(hopelessFactor * this.#client.timeoutMs, `the control servers at ${this.#where} are gone`);
				return;
			case "EXPIRED":
				this.#end(`the control session expired: ${this.#where} had not heard of this process for too long`);
				return;
			case "AUTH_FAILED":
			case "CLOSED":
				this.#end(`the control session is ${state}`);
		}
	}

	#giveUpAfter(ms: number, what: string): void {
		clearTimeout(this.#hopeless);
		this.#hopeless = setTimeout(() => this.#end(`${what}: ${Math.round(ms / 100) / 10} s without a connection`), ms);
	}

	#end(text: string): void {
		if (this.#over.signal.aborted) return;
		clearTimeout(this.#hopeless);
		this.#over.abort(new ControlError(text));
	}

	#tellNews(): void {
		const { tell } = this.#news;
		this.#news = makeNews();
		tell();
	}

	#is(err: number, name: string): boolean {
		return err === this.#codec.errorCode(name);
	}

	#mustBeDone(err: number, operation: string, path: string): void {
		if (err !== 0) throw new ControlError(`control: ${operation} ${path}: ${this.#codec.errorName(err)}`);
	}

	get #where(): string {
		return this.#options.servers.map(({ host, port }) => `${host}:${port}`).join(",");
	}
}

function makeNews(): { readonly told: Promise<void>; tell(): void } {
	let tell = (): void => undefined;
	const told = new Promise<void>((resolve) => {
		tell = resolve;
	});
	return { told, tell: () => tell() };
}

function bytesOf(data: Uint8Array | string): Uint8Array {
	return typeof data === "string" ? Buffer.from(data) : data;
}

function isConnectionLoss(error: unknown): boolean {
	return error instanceof SessionError && error.reason === "CONNECTIONLOSS";
}
