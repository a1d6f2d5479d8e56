import { assert, unreachable } from "../lib/assert.js";
import type { LinkId } from "../model/ids.js";
import type { TouchedSession } from "../zab/contract.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { Clock, ServerEffects, ServerEvent, ServerRole, ServerState } from "./contract.js";
import { tookFirstBytes } from "./first-bytes.js";
import { takeFrames } from "./frames.js";
import { endConnection, makeParts, type Parts } from "./parts.js";
import { afterApply } from "./request-order.js";
import { deadlineMsOf, resumeSessions, timePassed } from "./time-passed.js";

/** A server in one role: events in, effects out, and a deadline for when nothing else happens. */
export class Server {
	readonly #parts: Parts;

	/** The clock is that of the start; effects may be asked for at once. */
	constructor(
		role: ServerRole,
		config: ServerConfig,
		state: ServerState,
		effects: ServerEffects,
		capabilities: Capabilities,
		clock: Clock,
	) {
		assert(role.type === "standalone" || role.type === "leader", `no server for a ${role.type} yet`);
		this.#parts = makeParts(config, state, effects, capabilities, clock);
		resumeSessions(this.#parts);
	}

	/** When `step` wants to be called even if nothing happens, on the monotonic clock. */
	get deadlineMs(): number {
		return deadlineMsOf(this.#parts);
	}

	/** Learner: the sessions that were heard of since this was last asked. */
	takeTouched(): readonly TouchedSession[] {
		return [];
	}

	step(event: ServerEvent, clock: Clock): void {
		const parts = this.#parts;
		parts.clock = clock;
		this.#take(event);
		timePassed(parts);
		for (const connection of parts.connections.takeResumable()) takeFrames(parts, connection);
	}

	#take(event: ServerEvent): void {
		switch (event.type) {
			case "opened":
				this.#opened(event.link, event.address, event.port);
				break;
			case "received":
				this.#received(event.link, event.bytes);
				break;
			case "closed":
				this.#closed(event.link);
				break;
			case "committed":
				this.#parts.writes.committed(event.upTo, (proposal, result) => afterApply(this.#parts, proposal, result));
				break;
			case "decided":
			case "request":
			case "touched":
			case "revalidate":
			case "learnerGone":
			case "synced":
			case "revalidated":
				assert(false, `${event.type} is not for a server of this role`);
				break;
			case "time":
				break;
			default:
				unreachable(event);
		}
	}

	#opened(link: LinkId, address: string, port: number): void {
		const { connections, sessionless, figures, config, clock } = this.#parts;
		const connection = connections.maybeOpen(link, address, port, clock.wallMs);
		if (connection === undefined) figures.rejectedConnections++;
		else sessionless.touch(connection, clock.nowMs, config.sessionlessTimeoutMs);
	}

	#received(link: LinkId, bytes: Uint8Array): void {
		const connection = this.#parts.connections.maybe(link);
		if (connection === undefined) return;
		if (connection.firstBytes === null) connection.splitter.push(bytes);
		else if (!tookFirstBytes(this.#parts, connection, connection.firstBytes, bytes)) return;
		takeFrames(this.#parts, connection);
	}

	#closed(link: LinkId): void {
		const connection = this.#parts.connections.maybe(link);
		if (connection !== undefined) endConnection(this.#parts, connection);
	}
}
