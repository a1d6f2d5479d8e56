import { unreachable } from "../lib/assert.js";
import { errors } from "../model/errors.js";
import { type LinkId, type SessionId, sessionId, type Zxid } from "../model/ids.js";
import type { Txn } from "../model/txns.js";
import type { ApplyResult, TxnResult } from "../tree/apply-result.js";
import { type ConnectRequest, decodeConnectRequest } from "../wire/handshake.js";
import { opcodes } from "../wire/opcodes.js";
import type { ReplyBody } from "../wire/replies.js";
import type { AuthRequest, RequestHeader, TxnRequest } from "../wire/requests.js";
import { negotiatedTimeoutMs } from "./admission.js";
import { maybeAuthenticate, withIds } from "./authentication.js";
import { Cleaner } from "./cleaner.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { Connection, Waiting } from "./connection.js";
import { Connections } from "./connections.js";
import type { Clock, ServerEffects, ServerEvent, ServerState } from "./contract.js";
import { decide, replyBody } from "./decide.js";
import { DigestHistory } from "./digest-history.js";
import { ExpiryBuckets } from "./expiry-buckets.js";
import { Figures } from "./figures.js";
import { type FourLetterWord, fourLetterAnswer, maybeFourLetterWord } from "./four-letter-words.js";
import { Outbox } from "./outbox.js";
import { isPasswordOf } from "./password.js";
import { PendingChanges } from "./pending-changes.js";
import { type Ledger, maybePrepareDeleteContainer, type Proposer, prepareCloseSession } from "./prepare.js";
import { answer, type Library } from "./reads.js";
import { classifyFrame, maybeDecoded } from "./request-kind.js";
import { firstSessionId, type Session, Sessions } from "./sessions.js";
import { Watches } from "./watches.js";
import { type Proposal, Writes } from "./writes.js";

/** What is only known once the clock is. */
interface Running {
	readonly sessions: Sessions;
	readonly cleaner: Cleaner;
	readonly startedMs: number;
}

const none: ReplyBody = { type: "none" };

/** A standalone server: events in, effects out, and a deadline for when nothing else happens. */
export class Server {
	readonly #config: ServerConfig;
	readonly #state: ServerState;
	readonly #capabilities: Capabilities;
	readonly #connections: Connections;
	readonly #sessionless: ExpiryBuckets<Connection>;
	readonly #ledger: Ledger;
	readonly #library: Library;
	readonly #watches: Watches<Connection>;
	readonly #writes: Writes;
	readonly #figures = new Figures();
	readonly #outbox: Outbox;
	readonly #digests = new DigestHistory();
	#running: Running | null = null;
	#clock: Clock = { nowMs: 0, wallMs: 0 };

	constructor(config: ServerConfig, state: ServerState, effects: ServerEffects, capabilities: Capabilities) {
		this.#config = config;
		this.#state = state;
		this.#capabilities = capabilities;
		this.#connections = new Connections(config, effects);
		this.#sessionless = new ExpiryBuckets(config.sessionlessTimeoutMs);
		const { tree } = state;
		tree.recountQuotas();
		this.#ledger = { tree, config, pending: new PendingChanges(tree) };
		this.#outbox = new Outbox(effects, this.#figures, config.skipAcl);
		this.#watches = new Watches((...event) => this.#outbox.event(...event));
		this.#library = { tree, config, watches: this.#watches };
		this.#writes = new Writes(this.#ledger, effects);
	}

	/** When `step` wants to be called even if nothing happens, on the monotonic clock. */
	get deadlineMs(): number {
		if (this.#running === null) return 0;
		const { sessions, cleaner } = this.#running;
		return Math.min(sessions.nextExpiryMs, this.#sessionless.nextMs, cleaner.deadlineMs);
	}

	step(event: ServerEvent, clock: Clock): void {
		this.#clock = clock;
		this.#running ??= this.#start();
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
			case "flushed":
				this.#writes.flushed(event.zxid, (proposal, result) => this.#applied(proposal, result));
				break;
			case "time":
				break;
			default:
				unreachable(event);
		}
		this.#timePassed(this.#running);
		for (const connection of this.#connections.takeResumable()) this.#takeFrames(connection);
	}

	#start(): Running {
		const { nowMs, wallMs } = this.#clock;
		const { tree, sessions: timeouts } = this.#state;
		const sessions = new Sessions(this.#config.tickMs, firstSessionId(this.#config.serverId, wallMs));
		// Sessions of before the restart get their full timeout once more: their clients need time to come back.
		for (const [id, timeoutMs] of timeouts) sessions.add(id, timeoutMs, nowMs);
		for (const owner of [...tree.index.sessions]) {
			if (!timeouts.has(sessionId(owner))) this.#proposeClose(sessionId(owner));
		}
		return { sessions, cleaner: new Cleaner(tree, this.#config, nowMs), startedMs: nowMs };
	}

	get #sessions(): Sessions {
		this.#running ??= this.#start();
		return this.#running.sessions;
	}

	#opened(link: LinkId, address: string, port: number): void {
		const connection = this.#connections.maybeOpen(link, address, port, this.#clock.wallMs);
		if (connection === undefined) this.#figures.rejectedConnections++;
		else this.#sessionless.touch(connection, this.#clock.nowMs, this.#config.sessionlessTimeoutMs);
	}

	#received(link: LinkId, bytes: Uint8Array): void {
		const connection = this.#connections.maybe(link);
		if (connection === undefined) return;
		if (connection.firstBytes === null) connection.splitter.push(bytes);
		else if (!this.#tookFirstBytes(connection, connection.firstBytes, bytes)) return;
		this.#takeFrames(connection);
	}

	/** Whether the connection goes on as a session: not while too little has come, nor after a four-letter word. */
	#tookFirstBytes(connection: Connection, before: Uint8Array, bytes: Uint8Array): boolean {
		const all = before.length === 0 ? bytes : Uint8Array.from([...before, ...bytes]);
		connection.firstBytes = all;
		if (all.length < 4) return false;
		const word = maybeFourLetterWord(all);
		if (word === "incomplete") return false;
		if (word !== undefined) {
			this.#answerWord(connection, word);
			return false;
		}
		connection.firstBytes = null;
		connection.splitter.push(all);
		return true;
	}

	#answerWord(connection: Connection, word: FourLetterWord): void {
		this.#countReceived(connection);
		const text = fourLetterAnswer(word, {
			config: this.#config,
			capabilities: this.#capabilities,
			clock: this.#clock,
			startedMs: this.#running?.startedMs ?? 0,
			tree: this.#state.tree,
			sessions: this.#sessions,
			connections: this.#connections,
			sessionless: this.#sessionless,
			watches: this.#watches,
			figures: this.#figures,
			digests: this.#digests,
			pendingPaths: this.#ledger.pending.size,
		});
		this.#outbox.text(connection, text);
		this.#end(connection);
	}

	#takeFrames(connection: Connection): void {
		while (!connection.ended && !connection.closing && !connection.paused) {
			const result = connection.splitter.next();
			if (result.type === "partial") return;
			if (result.type === "frame") this.#takeFrame(connection, result.body);
			else this.#end(connection);
			this.#connections.pauseIfFull(connection);
		}
	}

	#takeFrame(connection: Connection, body: Uint8Array): void {
		this.#countReceived(connection);
		if (connection.session === null) this.#handshake(connection, body);
		else this.#request(connection, connection.session, body);
	}

	#handshake(connection: Connection, body: Uint8Array): void {
		const request = maybeDecoded(() => decodeConnectRequest(body));
		// A client that has seen more than this server knows must find another one, or time would run backwards for it.
		if (request === undefined || request.lastZxidSeen > this.#state.tree.lastZxid) {
			this.#end(connection);
			return;
		}
		this.#sessionless.delete(connection);
		this.#figures.connectionRequests++;
		connection.sendsReadOnly = request.readOnly !== undefined;
		if (request.session === 0n) this.#newSession(connection, negotiatedTimeoutMs(request, this.#config));
		else this.#resume(connection, request);
	}

	#newSession(connection: Connection, timeoutMs: number): void {
		const session = this.#sessions.add(this.#sessions.newId(), timeoutMs, this.#clock.nowMs);
		this.#attach(connection, session);
		const header = { xid: 0, opcode: opcodes.createSession };
		this.#submitTxn(connection, session, header, { type: "createSession", timeoutMs });
	}

	#resume(connection: Connection, request: ConnectRequest): void {
		const session = this.#sessions.maybeLive(request.session);
		// As in Apache, whoever names a session ends its connection, before anybody asks for the password.
		if (session?.connection) this.#end(session.connection);
		if (session === undefined || !isPasswordOf(request.session, request.password)) {
			this.#outbox.refusal(connection);
			this.#end(connection);
			return;
		}
		session.timeoutMs = negotiatedTimeoutMs(request, this.#config);
		this.#sessions.touch(session, this.#clock.nowMs);
		this.#attach(connection, session);
		this.#outbox.welcome(connection, session);
	}

	#attach(connection: Connection, session: Session): void {
		session.connection = connection;
		connection.session = session;
	}

	#request(connection: Connection, session: Session, body: Uint8Array): void {
		this.#sessions.touch(session, this.#clock.nowMs);
		const classified = classifyFrame(body);
		switch (classified.kind) {
			case "txn":
				this.#submitTxn(connection, session, classified.header, classified.txn);
				break;
			case "read":
			case "malformed":
				this.#enqueue(connection, classified.header, classified);
				break;
			case "auth":
				this.#authenticate(connection, classified.header, classified.auth);
				break;
			case "unknown":
				this.#outbox.unimplemented(connection, classified.header.xid);
				this.#end(connection);
				break;
			case "hopeless":
				this.#end(connection);
				break;
			default:
				unreachable(classified);
		}
	}

	/** Done on receipt, so that every later request counts with the new identity; the reply may overtake others. */
	#authenticate(connection: Connection, { xid }: RequestHeader, request: AuthRequest): void {
		if (request.type === "sasl") {
			this.#outbox.replyAtOnce(connection, xid, errors.ok, { type: "token", token: null });
			return;
		}
		const ids = maybeAuthenticate(request.scheme, request.auth, this.#config, this.#capabilities);
		this.#outbox.replyAtOnce(connection, xid, ids === undefined ? errors.authFailed : errors.ok, none);
		if (ids !== undefined) {
			connection.ids = withIds(connection.ids, ids);
			return;
		}
		this.#figures.authFailures++;
		this.#end(connection);
	}

	#submitTxn(connection: Connection, session: Session, header: RequestHeader, request: TxnRequest): void {
		this.#enqueue(connection, header, { kind: "txn", txn: request });
		const proposer: Proposer = {
			session: session.id,
			live: !session.closing,
			ids: connection.ids,
			zxid: this.#writes.nextZxid,
			timeMs: this.#clock.wallMs,
		};
		const txn = decide(this.#ledger, proposer, request);
		if (request.type === "closeSession") {
			connection.closing = true;
			this.#sessions.markClosing(session);
		}
		this.#writes.propose(session.id, header.xid, proposer.timeMs, txn, connection);
	}

	#enqueue(connection: Connection, { xid, opcode }: RequestHeader, request: Waiting["request"]): void {
		const isPing = opcode === opcodes.ping;
		const receivedMs = this.#clock.nowMs;
		this.#connections.push(connection, { xid, opcode, isPing, request, ids: connection.ids, receivedMs });
		this.#answerReads(connection);
	}

	/** Everything up to the next write can be answered: nothing before it is open any more. */
	#answerReads(connection: Connection): void {
		for (let head = connection.waiting.peek(); head !== undefined; head = connection.waiting.peek()) {
			if (head.request.kind === "txn" || connection.ended) return;
			this.#connections.shift(connection);
			this.#answerRead(connection, head);
		}
	}

	#answerRead(connection: Connection, waiting: Waiting): void {
		const { request, ids } = waiting;
		const isRead = request.kind === "read";
		const outcome = isRead ? answer(this.#library, connection, ids, request.read) : errors.marshallingError;
		const failed = typeof outcome === "number";
		const at = this.#state.tree.lastZxid;
		const { nowMs } = this.#clock;
		this.#outbox.reply(connection, waiting, at, failed ? outcome : errors.ok, failed ? none : outcome, nowMs);
	}

	/** Watches hear of a change before whoever made it gets the reply. */
	#applied({ header, connection }: Proposal, { result, changes }: ApplyResult): void {
		this.#digests.note(header.zxid, this.#state.tree);
		for (const change of changes) this.#watches.trigger(change, header.zxid);
		if (header.type === -10) this.#noteSession(header.session, connection);
		if (connection !== null && !connection.ended) this.#replyToWrite(connection, header.zxid, result);
		if (header.type === -11) this.#removeSession(header.session);
		if (connection !== null && !connection.ended) this.#answerReads(connection);
	}

	#replyToWrite(connection: Connection, at: Zxid, result: TxnResult): void {
		const waiting = this.#connections.shift(connection);
		if (waiting?.request.kind !== "txn") return;
		const { txn } = waiting.request;
		const { nowMs } = this.#clock;
		if (txn.type === "createSession" && connection.session !== null) {
			this.#outbox.welcomeNew(connection, connection.session, waiting, at, nowMs);
			return;
		}
		// A failed multi tells its error part by part.
		const error = txn.type === "multi" ? errors.ok : result.error;
		this.#outbox.reply(connection, waiting, at, error, error === errors.ok ? replyBody(txn, result) : none, nowMs);
	}

	#noteSession(id: SessionId, connection: Connection | null): void {
		const timeoutMs = connection?.session?.timeoutMs ?? this.#sessions.maybeLive(id)?.timeoutMs;
		if (timeoutMs !== undefined) this.#state.sessions.set(id, timeoutMs);
	}

	#removeSession(id: SessionId): void {
		this.#state.sessions.delete(id);
		const session = this.#sessions.remove(id);
		if (session?.connection) this.#end(session.connection);
	}

	#timePassed({ sessions, cleaner }: Running): void {
		const { nowMs } = this.#clock;
		for (const session of sessions.takeExpired(nowMs)) this.#expire(session);
		for (const connection of this.#sessionless.takeExpired(nowMs)) {
			this.#figures.sessionlessExpired++;
			this.#end(connection);
		}
		for (const path of cleaner.takeDue(this.#clock)) this.#collect(path);
	}

	#expire(session: Session): void {
		this.#figures.staleSessionsExpired++;
		this.#sessions.markClosing(session);
		this.#proposeClose(session.id);
	}

	#proposeClose(id: SessionId): void {
		this.#propose(id, prepareCloseSession(this.#ledger, id, this.#writes.nextZxid));
	}

	#collect(path: string): void {
		const txn = maybePrepareDeleteContainer(this.#ledger, this.#writes.nextZxid, path);
		if (txn !== undefined) this.#propose(sessionId(0n), txn);
	}

	#propose(id: SessionId, txn: Txn): void {
		this.#writes.propose(id, 0, this.#clock.wallMs, txn, null);
	}

	#closed(link: LinkId): void {
		const connection = this.#connections.maybe(link);
		if (connection !== undefined) this.#end(connection);
	}

	#end(connection: Connection): void {
		if (connection.ended) return;
		this.#connections.close(connection);
		this.#sessionless.delete(connection);
		this.#watches.removeWatcher(connection);
		if (connection.session?.connection === connection) connection.session.connection = null;
	}

	#countReceived(connection: Connection): void {
		this.#figures.received++;
		connection.figures.received++;
	}
}
