import { type SessionId, sessionNone, type Zxid, zxidZero } from "../../model/ids.js";
import { passwordOf } from "../../server/password.js";
import { type Handshake, passwordBytes } from "../../wire/handshake.js";
import { GatewaySession, type GatewaySessionParts, type Outcome } from "./gateway-session.js";
import type { LocalLinks } from "./local-links.js";
import type { NamedSession } from "./session-token.js";

/** Whom a server takes an HTTP client for: ACLs may name its address, and maxClientCnxns counts it. */
export interface Caller {
	readonly address: string;
	readonly port: number;
}

/** What sessions that nobody named are asked to last; they end by themselves when nobody comes any more. */
const sharedTimeoutMs = 30_000;

/**
 * The sessions that a gateway has links for: one for each address that HTTP clients come from, and those that clients began
 * themselves. None outlives its link here: whoever names it later, at whatever server, takes it up again.
 */
export class GatewaySessions {
	readonly #links: LocalLinks;
	readonly #frameBytesMax: number;
	readonly #shared = new Map<string, GatewaySession>();
	readonly #named = new Map<SessionId, GatewaySession>();
	/** No client of this gateway sees an older state than another one saw before. */
	#lastZxid: Zxid = zxidZero;

	constructor(links: LocalLinks, frameBytesMax: number) {
		this.#links = links;
		this.#frameBytesMax = frameBytesMax;
	}

	sharedFor(caller: Caller): GatewaySession {
		const { address } = caller;
		const known = this.#shared.get(address);
		if (known !== undefined && !known.isStale) return known;
		void known?.ask({ type: "closeSession" });
		const session = this.#make(caller, this.#beginning(sharedTimeoutMs), (ended) => {
			if (this.#shared.get(address) === ended) this.#shared.delete(address);
		});
		this.#shared.set(address, session);
		return session;
	}

	/** A session of its own, once the server has granted it. */
	async begin(caller: Caller, timeoutMs: number): Promise<NamedSession | Outcome> {
		const session = this.#make(caller, this.#beginning(timeoutMs), (ended) => this.#forget(ended));
		const outcome = await session.ask({ type: "ping" });
		if (outcome.type !== "replied") return outcome;
		this.#named.set(session.id, session);
		return { id: session.id, timeoutMs: session.timeoutMs };
	}

	named({ id, timeoutMs }: NamedSession, caller: Caller): GatewaySession {
		const known = this.#named.get(id);
		if (known !== undefined) return known;
		const handshake = { ...this.#beginning(timeoutMs), session: id, password: passwordOf(id) };
		const session = this.#make(caller, handshake, (ended) => this.#forget(ended));
		this.#named.set(id, session);
		return session;
	}

	#forget(session: GatewaySession): void {
		if (this.#named.get(session.id) === session) this.#named.delete(session.id);
	}

	#beginning(timeoutMs: number): Handshake {
		const password = new Uint8Array(passwordBytes);
		return { lastZxidSeen: this.#lastZxid, timeoutMs, session: sessionNone, password };
	}

	#make({ address, port }: Caller, handshake: Handshake, onEnded: GatewaySessionParts["onEnded"]): GatewaySession {
		return new GatewaySession({
			handshake,
			frameBytesMax: this.#frameBytesMax,
			open: (end) => this.#links.open(address, port, end),
			onZxid: (at) => {
				if (at > this.#lastZxid) this.#lastZxid = at;
			},
			onEnded,
		});
	}
}
