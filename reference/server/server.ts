import { assert, unreachable } from "../lib/assert.js";
import type { LinkId } from "../model/ids.js";
import type { TouchedSession } from "../zab/contract.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { Clock, ServerEffects, ServerEvent, ServerRole, ServerState } from "./contract.js";
import { takeDecided, takeSynced } from "./decisions.js";
import { tookFirstBytes } from "./first-bytes.js";
import type { Insight } from "./four-letter-words.js";
import { takeFrames } from "./frames.js";
import { takeRevalidated } from "./handshakes.js";
import { takeForwarded, takeRevalidate, takeTouched } from "./learners.js";
import { endConnection, insightOf, makeParts, type Parts } from "./parts.js";
import { showConfig } from "./reconfig.js";
import { afterApply } from "./request-order.js";
import { isLearner, ordersChanges } from "./role.js";
import { deadlineMsOf, resumeSessions, timePassed } from "./time-passed.js";

type EventOf<Type extends ServerEvent["type"]> = Extract<ServerEvent, { readonly type: Type }>;

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
		this.#parts = makeParts(role, config, state, effects, capabilities, clock);
		if (role.type !== "readOnly") showConfig(this.#parts.ledger, clock.wallMs);
		if (ordersChanges(role)) resumeSessions(this.#parts);
	}

	/** When `step` wants to be called even if nothing happens, on the monotonic clock. */
	get deadlineMs(): number {
		return deadlineMsOf(this.#parts);
	}

	/** Learner: the sessions that were heard of since this was last asked. */
	takeTouched(): readonly TouchedSession[] {
		return this.#parts.sessions.takeTouched();
	}

	/** For the admin endpoint; as of now, and only until the next step. */
	insight(clock: Clock): Insight {
		return { ...insightOf(this.#parts), clock };
	}

	step(event: ServerEvent, clock: Clock): void {
		const parts = this.#parts;
		parts.clock = clock;
		this.#take(event);
		// After a pause much has come at once: a session must not end before everything is seen that its client has sent.
		if (event.type === "time") timePassed(parts);
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
			case "time":
				break;
			case "committed":
			case "request":
			case "touched":
			case "revalidate":
			case "learnerGone":
				assert(ordersChanges(this.#parts.role), `${event.type} is for those who order changes`);
				this.#takeForLeader(event);
				break;
			case "decided":
			case "synced":
			case "revalidated":
				assert(isLearner(this.#parts.role), `${event.type} is for learners`);
				this.#takeForLearner(event);
				break;
			default:
				unreachable(event);
		}
	}

	#takeForLeader(event: EventOf<"committed" | "request" | "touched" | "revalidate" | "learnerGone">): void {
		const parts = this.#parts;
		switch (event.type) {
			case "committed":
				parts.writes.committed(event.upTo, (proposal, result) => afterApply(parts, proposal, result));
				break;
			case "request":
				takeForwarded(parts, event.learner, event.request);
				break;
			case "touched":
				takeTouched(parts, event.learner, event.sessions);
				break;
			case "revalidate":
				takeRevalidate(parts, event.learner, event.session);
				break;
			case "learnerGone":
				parts.heardMs.delete(event.learner);
				break;
			default:
				unreachable(event);
		}
	}

	#takeForLearner(event: EventOf<"decided" | "synced" | "revalidated">): void {
		switch (event.type) {
			case "decided":
				takeDecided(this.#parts, event.entry);
				break;
			case "synced":
				takeSynced(this.#parts);
				break;
			case "revalidated": {
				const connection = takeRevalidated(this.#parts, event.session, event.valid);
				if (connection !== undefined) takeFrames(this.#parts, connection);
				break;
			}
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
