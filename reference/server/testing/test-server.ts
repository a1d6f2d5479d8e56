import { createHash } from "node:crypto";
import { Writer } from "../../lib/writer.js";
import { type LinkId, linkId, type Zxid } from "../../model/ids.js";
import type { LogEntry } from "../../model/txns.js";
import type { DataTree } from "../../tree/data-tree.js";
import { freshTree } from "../../tree/fresh-tree.js";
import { type Capabilities, defaultServerConfig, type ServerConfig } from "../config.js";
import type { ServerEffects, ServerRole, ServerState } from "../contract.js";
import type { EnsembleView } from "../ensemble-view.js";
import { noQuorum } from "../no-quorum.js";
import { Server } from "../server.js";
import { type ConnectOptions, TestClient } from "./test-client.js";

export const testConfig: ServerConfig = {
	...defaultServerConfig,
	tickMs: 500,
	sessionTimeoutMsMin: 1000,
	sessionTimeoutMsMax: 10_000,
	fourLetterWords: ["*"],
	enforceQuota: true,
	extendedTypesEnabled: true,
	containerCheckIntervalMs: 500,
	superDigest: `super:${sha1("super:secret")}`,
};

export const testCapabilities: Capabilities = {
	digestHash: (bytes) => sha1(bytes),
	directoryBytes: () => ({ data: 10, log: 20 }),
	fileDescriptors: () => ({ open: 3, max: 100 }),
	environment: () => [["os.name", "none"]],
};

/** What is appended to an empty writer. */
export function written(encode: (writer: Writer) => void): Uint8Array {
	const writer = new Writer();
	encode(writer);
	return writer.bytes();
}

function sha1(input: string | Uint8Array): string {
	return createHash("sha1").update(input).digest("base64");
}

/** A server with its world in memory: a clock that is set, a disk that is flushed by hand or at once. */
export class TestServer {
	readonly server: Server;
	readonly state: ServerState;
	readonly log: LogEntry[] = [];
	readonly clock = { nowMs: 1000, wallMs: 1_700_000_000_000 };
	/** Whether every step is followed by a flush of what it appended. */
	flushesAtOnce = true;
	readonly #clients = new Map<LinkId, TestClient>();
	#flushed: Zxid;
	#nextLink = 1;

	constructor(
		config: Partial<ServerConfig> = {},
		state?: ServerState,
		role: ServerRole = { type: "standalone" },
		ensemble?: () => EnsembleView,
	) {
		this.state = state ?? { tree: freshTree(), sessions: new Map() };
		this.#flushed = this.state.tree.lastZxid;
		const effects: ServerEffects = {
			...noQuorum,
			propose: (entry) => this.log.push(entry),
			send: (link, bytes) => this.#clients.get(link)?.receive(bytes.slice()),
			write: (link, encode) => this.#clients.get(link)?.receive(written(encode)),
			close: (link) => this.#clients.get(link)?.noteClosed(),
			pause: (link) => this.#setPaused(link, true),
			resume: (link) => this.#setPaused(link, false),
		};
		this.server = new Server(
			role,
			{ ...testConfig, ...config },
			this.state,
			effects,
			ensemble === undefined ? testCapabilities : { ...testCapabilities, ensemble },
			{ ...this.clock },
		);
	}

	get tree(): DataTree {
		return this.state.tree;
	}

	step(event: Parameters<Server["step"]>[0]): void {
		this.server.step(event, { ...this.clock });
		if (this.flushesAtOnce) this.flush();
	}

	flush(): void {
		for (let last = this.log.at(-1); last !== undefined && last.header.zxid > this.#flushed; last = this.log.at(-1)) {
			this.#flushed = last.header.zxid;
			this.server.step({ type: "committed", upTo: last.header.zxid }, { ...this.clock });
		}
	}

	/** Lets time pass, stopping at every deadline on the way. */
	pass(ms: number): void {
		const untilMs = this.clock.nowMs + ms;
		while (this.server.deadlineMs <= untilMs) this.#setClock(Math.max(this.server.deadlineMs, this.clock.nowMs));
		this.#setClock(untilMs);
	}

	open(address = "127.0.0.1"): TestClient {
		const link = linkId(this.#nextLink++);
		const client = new TestClient(this, link);
		this.#clients.set(link, client);
		this.step({ type: "opened", link, address, port: 4000 + link });
		return client;
	}

	/** A client with a session. */
	connect(options: ConnectOptions = {}): TestClient {
		const client = this.open();
		client.handshake(options);
		return client;
	}

	#setClock(nowMs: number): void {
		this.clock.wallMs += nowMs - this.clock.nowMs;
		this.clock.nowMs = nowMs;
		this.step({ type: "time" });
	}

	#setPaused(link: LinkId, paused: boolean): void {
		const client = this.#clients.get(link);
		if (client !== undefined) client.paused = paused;
	}
}
