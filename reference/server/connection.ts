import { FrameSplitter } from "../lib/frame-splitter.js";
import { Queue } from "../lib/queue.js";
import type { ErrorCode } from "../model/errors.js";
import type { LinkId } from "../model/ids.js";
import type { Id } from "../model/records.js";
import type { ReadRequest, TxnRequest } from "../wire/requests.js";
import type { TouchedSession } from "../zab/contract.js";
import { ConnectionFigures } from "./figures.js";
import type { Session } from "./sessions.js";

/** A request that has been received and not yet answered. */
export interface Waiting {
	readonly xid: number;
	readonly opcode: number;
	/** Its reply has a fixed xid, whatever the request's was. */
	readonly isPing: boolean;
	readonly request: /** Waits for its zxid to be applied. */
		| { readonly kind: "txn"; readonly txn: TxnRequest }
		/** Waits only for what is before it on the connection. */
		| { readonly kind: "read"; readonly read: ReadRequest }
		/** Learner: waits for the leader to say that everything before has come. */
		| { readonly kind: "sync"; readonly path: string | null }
		/** Ends a session that is only known here. */
		| { readonly kind: "localClose" }
		/** Refused without a look at the tree; `sessionMoved` ends the connection. */
		| { readonly kind: "refused"; readonly error: ErrorCode };
	/** Who was asking: identities added later do not count for it. */
	readonly ids: readonly Id[];
	readonly receivedMs: number;
}

/** Shared: ten thousand connections that come at once would each make one, for a moment. */
const nothing = new Uint8Array();

/**
 * A client's link, from acceptance to close.
 *
 * 1. Replies leave in the order of `waiting`; its head is a change or a learner's sync.
 * 2. After `ended` nothing is sent and nothing received is looked at.
 */
export class Connection {
	readonly link: LinkId;
	readonly address: string;
	readonly port: number;
	readonly establishedWallMs: number;
	readonly splitter: FrameSplitter;
	readonly waiting = new Queue<Waiting>();
	readonly figures = new ConnectionFigures();
	/** Bytes of a first frame that are too few to tell a four-letter word from a handshake. */
	firstBytes: Uint8Array | null = nothing;
	session: Session | null = null;
	ids: readonly Id[];
	/** Whether the client's handshake had the readOnly byte: then its answer has it. */
	sendsReadOnly = false;
	paused = false;
	/** The leader was asked for its session: nothing is read until it has answered. */
	undecided: TouchedSession | null = null;
	/** A closeSession was received: what follows it is dropped. */
	closing = false;
	ended = false;

	constructor(link: LinkId, address: string, port: number, frameBytesMax: number, establishedWallMs: number) {
		this.link = link;
		this.address = address;
		this.port = port;
		this.establishedWallMs = establishedWallMs;
		this.splitter = new FrameSplitter(frameBytesMax);
		this.ids = [{ scheme: "ip", id: address }];
	}
}
