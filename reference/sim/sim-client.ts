import type { Door, Network, NetworkEvent } from "../host/network.js";
import { FrameSplitter } from "../lib/frame-splitter.js";
import { Queue } from "../lib/queue.js";
import { Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import { errors } from "../model/errors.js";
import { describeZxid, epochOf, type LinkId, type SessionId, sessionNone, type Zxid, zxidZero } from "../model/ids.js";
import { decodeWelcome, encodeHandshake } from "../wire/handshake.js";
import { type ReplyHeader, readReplyHeader } from "../wire/replies.js";
import {
	type ClientOp,
	describeOp,
	encodePing,
	encodeRequest,
	encodeSetWatches,
	encodeSuperAuth,
	type RequestOp,
	readEvent,
	requestXids,
} from "./client-codec.js";
import type { EventQueue } from "./event-queue.js";
import type { Random } from "./random.js";
import { checkAnswer } from "./reply-check.js";
import { hostOf, type Place, ports, type Resident } from "./sim-network.js";
import { type Trace, traced } from "./trace.js";
import { describeSession, type Truth } from "./truth.js";
import { mustHold } from "./violation.js";
import { WatchBook } from "./watch-book.js";

export interface ScriptStep {
	/** After the step before it, if there is a connection by then. */
	readonly afterMs: number;
	readonly op: ClientOp;
}

export interface ClientParts {
	readonly place: Place;
	readonly queue: EventQueue;
	readonly random: Random;
	readonly network: Network;
	readonly trace: Trace;
	readonly truth: Truth;
	readonly timeoutMs: number;
	readonly script: readonly ScriptStep[];
	readonly servers: readonly Place[];
	readonly isSuper: boolean;
	/** Who leads at present; 0: nobody. */
	leader(): Place;
	/** The epoch that a server works in at present; undefined when it does not. */
	epochAt(server: Place): number | undefined;
}

interface Pending {
	readonly xid: number;
	readonly op: RequestOp;
	/** For a sync: what some client had been told of when it was sent. */
	readonly toldZxid: Zxid;
}

type Phase = "idle" | "connecting" | "greeting" | "connected" | "over";

const pendingMax = 20;
const frameBytesMax = 1 << 24;

/** A client with a script. It checks every promise that one session sees, and keeps trying, as client libraries do. */
export class SimClient implements Resident {
	readonly isOn = true;
	readonly #parts: ClientParts;
	readonly #watches: WatchBook;
	#phase: Phase = "idle";
	#link: LinkId | undefined;
	#server: Place = 0;
	#splitter = new FrameSplitter(frameBytesMax);
	#session: SessionId = sessionNone;
	#password = new Uint8Array(16);
	#timeoutMs: number;
	#seenZxid: Zxid = zxidZero;
	#xid = 0;
	#values = 0;
	#pending = new Queue<Pending>();
	#nextStep = 0;
	#stepPlanned = false;
	#heardUs = 0;
	#saidUs = 0;
	#isFinishing = false;
	/** When it last asked to go on, its session had ended. */
	#wasOver = false;
	/** It may have lost the answer. */
	#hasAskedToClose = false;
	/** Sessions that ended without being asked to. */
	expiredCount = 0;
	answeredCount = 0;
	/** Connections with a session that ended without its asking. */
	cutCount = 0;

	constructor(parts: ClientParts) {
		this.#parts = parts;
		this.#watches = new WatchBook(parts.truth.history);
		this.#timeoutMs = parts.timeoutMs;
	}

	listens(_door: Door): boolean {
		return false;
	}

	get isOver(): boolean {
		return this.#phase === "over";
	}

	get isScriptDone(): boolean {
		return this.#nextStep >= this.#parts.script.length && this.#pending.length === 0;
	}

	start(): void {
		this.#connectSoon();
		this.#watchTime();
	}

	/** Leaves the rest of the script; makes one last change that must succeed, and ends its session. */
	finish(): void {
		this.#isFinishing = true;
		this.#nextStep = this.#parts.script.length;
		if (this.#phase === "connected") this.#requestLast();
	}

	describe(): string {
		return `client ${this.#parts.place} (${this.#phase}, session ${describeSession(this.#session)}, ${this.#pending.length} unanswered)`;
	}

	take(event: NetworkEvent): void {
		if (event.type === "opened" || event.link !== this.#link) return;
		if (event.type === "closed") this.#cut();
		else if (event.type === "connected") this.#greet();
		else this.#received(event.bytes);
	}

	#cut(): void {
		if (this.#phase === "connected" && !this.#hasAskedToClose) this.cutCount++;
		this.#lost("the link ended");
	}

	#connectSoon(): void {
		if (this.#phase === "over") return;
		this.#phase = "idle";
		this.#parts.queue.after(this.#parts.random.between(100, 60_000), () => this.#connect());
	}

	#connect(): void {
		if (this.#phase !== "idle") return;
		const { random, servers, network } = this.#parts;
		this.#phase = "connecting";
		this.#server = random.pick(servers);
		this.#splitter = new FrameSplitter(frameBytesMax);
		this.#link = network.connect(hostOf(this.#server), ports.client);
		this.#heardUs = this.#parts.queue.nowUs;
	}

	#greet(): void {
		this.#phase = "greeting";
		this.#wasOver = !this.#parts.truth.history.sessions.has(this.#session);
		this.#heardUs = this.#parts.queue.nowUs;
		const asked = {
			lastZxidSeen: this.#seenZxid,
			timeoutMs: this.#parts.timeoutMs,
			session: this.#session,
			password: this.#password,
		};
		this.#send(encodeHandshake(asked));
	}

	#send(bytes: Uint8Array): void {
		this.#saidUs = this.#parts.queue.nowUs;
		this.#parts.network.send(this.#link as LinkId, bytes);
	}

	#lost(why: string): void {
		this.#tell(`${why}; ${this.#pending.length} requests stay unanswered`);
		this.#link = undefined;
		this.#pending = new Queue();
		this.#watches.suspend();
		this.#connectSoon();
	}

	#leave(why: string): void {
		if (this.#link !== undefined) this.#parts.network.close(this.#link);
		this.#lost(why);
	}

	#forgetSession(): void {
		this.#hasAskedToClose = false;
		this.#session = sessionNone;
		this.#password = new Uint8Array(16);
		this.#seenZxid = zxidZero;
		this.#xid = 0;
		this.#watches.clear();
	}

	#received(bytes: Uint8Array): void {
		this.#heardUs = this.#parts.queue.nowUs;
		this.#splitter.push(bytes);
		for (let next = this.#splitter.next(); next.type !== "partial"; next = this.#splitter.next()) {
			mustHold(next.type === "frame", "replies are frames", () => `${this.describe()} got something else`);
			if (next.type === "frame") this.#frame(next.body);
			if (this.#link === undefined) return;
		}
	}

	#frame(frame: Uint8Array): void {
		if (this.#phase === "greeting") this.#welcomed(frame);
		else this.#replied(new Reader(frame));
	}

	#welcomed(frame: Uint8Array): void {
		const { timeoutMs, session, password } = decodeWelcome(frame);
		if (timeoutMs <= 0) {
			this.#expired();
			return;
		}
		mustHold(this.#session === sessionNone || this.#session === session, "a session keeps its id", () => {
			return `${this.describe()} was welcomed as ${describeSession(session)}`;
		});
		const isNew = this.#session === sessionNone;
		const isRight = isNew ? this.#parts.truth.history.begun.has(session) : !this.#wasOver || this.#mayBeBehind;
		mustHold(isRight, "a session that is welcomed is committed", () => {
			return `${this.describe()} was welcomed as ${describeSession(session)}, which is not there`;
		});
		this.#session = session;
		this.#password = password as Uint8Array<ArrayBuffer>;
		this.#timeoutMs = timeoutMs;
		this.#phase = "connected";
		this.#tell(`has session ${describeSession(session)} on ${this.#server}`);
		if (this.#parts.isSuper) this.#send(encodeSuperAuth());
		const lists = this.#watches.lists(this.#seenZxid);
		if (lists !== undefined) this.#send(encodeSetWatches(lists));
		if (this.#isFinishing) this.#requestLast();
		else this.#planStep();
	}

	/** A leader that was deposed and does not know it yet lets a session go on that has ended since. */
	get #mayBeBehind(): boolean {
		const epoch = this.#parts.epochAt(this.#server);
		return epoch === undefined || epoch < epochOf(this.#parts.truth.lastZxid);
	}

	#expired(): void {
		this.#tell(`session ${describeSession(this.#session)} is over`);
		if (!this.#hasAskedToClose) this.expiredCount++;
		this.#forgetSession();
		this.#leave("refused");
	}

	#replied(reader: Reader): void {
		const head = readReplyHeader(reader);
		this.#parts.trace.mix(traced.client, head.xid, head.zxid);
		if (head.xid === requestXids.event) {
			const event = readEvent(reader);
			this.#tell(`event ${event.type} ${event.path} at ${describeZxid(head.zxid)}`);
			this.#watches.fire(event, head.zxid);
			return;
		}
		if (head.xid === requestXids.auth) return;
		this.#see(head);
		if (head.xid === requestXids.ping) return;
		if (head.xid === requestXids.setWatches) this.#watches.restored(head.zxid);
		else this.#answered(head, reader);
	}

	#see({ xid, zxid }: ReplyHeader): void {
		mustHold(zxid >= this.#seenZxid, "a session never sees time go back", () => {
			return `${this.describe()} saw ${describeZxid(this.#seenZxid)}, then ${describeZxid(zxid)} in the reply to ${xid}`;
		});
		this.#seenZxid = zxid;
		const { truth } = this.#parts;
		if (xid !== requestXids.setWatches) this.#watches.check(zxid);
		if (zxid > truth.toldZxid) truth.toldZxid = zxid;
	}

	#answered(head: ReplyHeader, body: Reader): void {
		const pending = this.#pending.shift();
		mustHold(pending?.xid === head.xid, "replies come in the order of the requests", () => {
			return `${this.describe()} expected the reply to ${pending?.xid}, got that to ${head.xid}`;
		});
		const { op, toldZxid } = pending as Pending;
		this.#tell(`${head.xid} ${describeOp(op)} answered: error ${head.error} at ${describeZxid(head.zxid)}`);
		this.answeredCount++;
		checkAnswer(this.#parts.truth, { op, head, body, session: this.#session });
		if (op.type === "sync") this.#checkSync(head, toldZxid);
		this.#noteWatch(op, head);
		if (op.type === "close") this.#closed();
		else if (this.#isFinishing) this.#finished(op, head);
		else this.#planStep();
	}

	/** A leader that was deposed without knowing it may answer with less: it asks nobody. */
	#checkSync({ zxid }: ReplyHeader, toldZxid: Zxid): void {
		const epoch = this.#parts.epochAt(this.#server);
		mustHold(
			epoch === undefined || epoch < epochOf(toldZxid) || zxid >= toldZxid,
			"after a sync all that was told before it is seen",
			() => {
				return `${this.describe()} synced at ${describeZxid(zxid)}, but ${describeZxid(toldZxid)} had been told before`;
			},
		);
	}

	#noteWatch(op: RequestOp, head: ReplyHeader): void {
		if (op.type === "addWatch" && head.error === errors.ok) this.#watches.set("persistent", op.path, head.zxid);
		if (!("watch" in op) || !op.watch) return;
		if (op.type === "children" && head.error === errors.ok) this.#watches.set("child", op.path, head.zxid);
		else if (op.type !== "children" && head.error === errors.ok) this.#watches.set("data", op.path, head.zxid);
		else if (op.type === "exists" && head.error === errors.noNode) this.#watches.set("exist", op.path, head.zxid);
	}

	#closed(): void {
		this.#forgetSession();
		if (this.#link !== undefined) this.#parts.network.close(this.#link);
		this.#lost("closed its session");
		if (this.#isFinishing) this.#phase = "over";
	}

	#planStep(): void {
		const step = this.#parts.script[this.#nextStep];
		if (this.#stepPlanned || step === undefined) return;
		this.#stepPlanned = true;
		this.#parts.queue.after(step.afterMs * 1000, () => {
			this.#stepPlanned = false;
			if (this.#phase === "connected" && this.#pending.length < pendingMax && !this.#isFinishing)
				this.#perform(step.op);
		});
	}

	#perform(op: ClientOp): void {
		this.#nextStep++;
		if (op.type === "move") {
			this.#leave("moves on");
		} else if (op.type === "abandon") {
			this.#tell(`abandons session ${describeSession(this.#session)}`);
			this.#forgetSession();
			this.#leave("abandons its session");
		} else {
			this.#request(op);
			if (op.type !== "close") this.#planStep();
		}
	}

	#request(op: RequestOp): void {
		const xid = ++this.#xid;
		if (op.type === "close") this.#hasAskedToClose = true;
		this.#tell(`asks ${xid}: ${describeOp(op)}`);
		this.#pending.push({ xid, op, toldZxid: this.#parts.truth.toldZxid });
		const values = {
			data: (sizeBytes: number): Uint8Array => this.#value(sizeBytes),
			version: (path: string): number => this.#parts.truth.history.maybeNode(path, this.#seenZxid)?.version ?? 0,
			leader: () => this.#parts.leader(),
		};
		this.#send(encodeRequest(xid, op, values));
	}

	/** No two writes of any two clients write the same. */
	#value(sizeBytes: number): Uint8Array {
		const unique = new Writer(8 + sizeBytes)
			.int(this.#parts.place)
			.int(++this.#values)
			.bytes();
		const value = new Uint8Array(8 + sizeBytes);
		value.set(unique);
		return value;
	}

	#requestLast(): void {
		this.#request({ type: "create", path: `/last-${this.#parts.place}`, flags: 0, sizeBytes: 0 });
	}

	#finished(op: RequestOp, { error }: ReplyHeader): void {
		if (op.type !== "create" || !op.path.startsWith("/last-")) return;
		mustHold(error === errors.ok || error === errors.nodeExists, "every client gets an answer", () => {
			return `the last change of ${this.describe()} was refused with ${error}`;
		});
		this.#request({ type: "close" });
	}

	/** Pings and read time-outs, as client libraries have them. */
	#watchTime(): void {
		if (this.#phase === "over") return;
		const { queue } = this.#parts;
		const silentMs = (queue.nowUs - this.#heardUs) / 1000;
		if (this.#link !== undefined && silentMs > (this.#timeoutMs * 2) / 3) this.#leave("heard nothing for too long");
		else if (this.#phase === "connected" && queue.nowUs - this.#saidUs > (this.#timeoutMs / 3) * 1000)
			this.#send(encodePing());
		queue.after(Math.floor(this.#timeoutMs * 1000 * 0.15), () => this.#watchTime());
	}

	#tell(what: string): void {
		this.#parts.trace.tell?.(`client ${this.#parts.place} ${what}`);
	}
}
