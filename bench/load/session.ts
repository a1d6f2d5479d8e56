import { performance } from "node:perf_hooks";
import type { Address } from "../../conformance/client/connection.js";
import type { Arrivals } from "./arrivals.js";
import type { Children } from "./children.js";
import { describeKind, Kind } from "./kind.js";
import { describeZxid, longAt } from "./long.js";
import { Pipe, type PipeEnd } from "./pipe.js";
import { ReplyCheck } from "./reply-check.js";
import { Ring } from "./ring.js";
import type { Shared } from "./shared.js";
import { Stepper } from "./stepper.js";

/** Sessions ask for this; servers may give less or more. */
const sessionTimeoutMs = 10_000;
/** With open arrival no connection has more requests under way; what is due waits in our queue. */
const openWindow = 1024;
/** Before a lost connection is made again. */
const retryMs = 50;
const anyPassword = new Uint8Array(16);
const pingXid = -2;
const eventXid = -1;
const lastXid = 0x7fff_ffff;
/** SESSIONEXPIRED, SESSIONMOVED, CONNECTIONLOSS: what a session may be told while servers are hurt. */
const lossErrors: ReadonlySet<number> = new Set([-112, -118, -4]);

type State = "connecting" | "attaching" | "syncing" | "serving" | "closing" | "over";

/** One session: as many requests under way as the load wants, each reply judged. */
export class Session implements PipeEnd {
	readonly #shared: Shared;
	readonly #addresses: readonly Address[];
	readonly #ring: Ring;
	readonly #window: number;
	readonly #check: ReplyCheck;
	readonly #stepper: Stepper;
	readonly #arrivals: Arrivals | undefined;
	#pipe: Pipe | undefined;
	#state: State = "connecting";
	#connections: number;
	#isRunning = false;
	#nextXid = 1;
	/** Of the oldest request under way. */
	#headXid = 1;
	#lastZxid = 0;
	#sessionId = 0n;
	#password = anyPassword;
	#timeoutMs = sessionTimeoutMs;
	#nowMs = 0;
	#heardAtMs = 0;
	#sentAtMs = 0;
	#wake: (() => void)[] = [];
	#retry: NodeJS.Timeout | undefined;

	/** @param arrivals with open arrival; otherwise `window` requests are always under way */
	constructor(shared: Shared, index: number, arrivals: Arrivals | undefined) {
		const { plan } = shared;
		this.#shared = shared;
		this.#addresses = plan.addresses;
		this.#connections = index;
		this.#window = plan.arrival.kind === "closed" ? plan.arrival.window : openWindow;
		this.#ring = new Ring(this.#window);
		this.#check = new ReplyCheck(shared, index);
		this.#stepper = new Stepper(shared, index, this.#ring, this.#check.children);
		this.#arrivals = arrivals;
	}

	/** Resolves when the session is there and its server knows what every server knew before, or when it failed. */
	async open(): Promise<void> {
		this.#connect();
		await this.#until(() => this.#state === "serving" || this.#state === "over");
	}

	/** From now on requests are sent. */
	start(): void {
		this.#isRunning = true;
		this.send(performance.now());
	}

	/** No more requests; resolves when all are answered, or when the session has none to wait for. */
	async stop(): Promise<void> {
		this.#isRunning = false;
		await this.#until(() => this.#state === "over" || (this.#state === "serving" && this.#ring.underWay === 0));
	}

	/** Ends the session on its server. */
	async close(): Promise<void> {
		if (this.#state === "serving") {
			this.#state = "closing";
			this.#shared.requests.closeSession(this.#takeXid());
			this.#flush();
			await this.#until(() => this.#state === "over");
		}
		this.abandon();
	}

	/** Leaves its server without a word. */
	abandon(): void {
		clearTimeout(this.#retry);
		this.#pipe?.destroy();
		this.#become("over");
	}

	/** Requests that are not answered, with what each has waited since it was due. */
	waiting(nowMs: number): { readonly kind: number; readonly waitedMs: number }[] {
		const ring = this.#ring;
		return Array.from({ length: ring.underWay }, (_, index) => {
			const place = (ring.answered + index) & ring.mask;
			return { kind: ring.kinds[place] as number, waitedMs: nowMs - (ring.dueAtMs[place] as number) };
		});
	}

	get children(): Children {
		return this.#check.children;
	}

	get isOver(): boolean {
		return this.#state === "over";
	}

	/** Sends what is due and fits; for open arrival, and whenever replies have made room. */
	send(nowMs: number): void {
		this.#nowMs = nowMs;
		if (!this.#isRunning || this.#state !== "serving") return;
		const ring = this.#ring;
		while (ring.underWay < this.#window) {
			const dueAtMs = this.#arrivals === undefined ? nowMs : this.#arrivals.maybeTake();
			if (dueAtMs === undefined) break;
			this.#stepper.step(this.#takeXid(), dueAtMs, this.#lastZxid);
		}
		this.#flush();
	}

	/** Now and then: a session without requests is kept alive, a server that says nothing is given up. */
	tend(nowMs: number): void {
		if (this.#state === "over" || this.#pipe === undefined) return;
		const isQuiet = nowMs - this.#heardAtMs > (this.#timeoutMs * 2) / 3;
		if (this.#shared.plan.toleratesLoss && isQuiet) {
			this.#lose("the server said nothing for too long");
			return;
		}
		if (this.#state === "serving" && nowMs - this.#sentAtMs > this.#timeoutMs / 3) {
			this.#shared.requests.ping();
			this.#flush();
		}
	}

	opened(): void {
		this.#state = "attaching";
		this.#shared.requests.connect(this.#lastZxid, sessionTimeoutMs, this.#sessionId, this.#password);
		this.#flush();
	}

	turnBegins(): void {
		this.#nowMs = performance.now();
		this.#heardAtMs = this.#nowMs;
		this.#shared.meter.turn(this.#nowMs);
	}

	turnEnds(): void {
		this.send(this.#nowMs);
		if (this.#wake.length > 0) this.#tell();
	}

	closed(why: string): void {
		if (this.#state === "closing") this.#become("over");
		else if (this.#state !== "over") this.#lose(why);
	}

	received(bytes: Buffer, view: DataView, at: number, end: number): void {
		if (this.#state === "attaching") {
			this.#attached(bytes, view, at);
			return;
		}
		if (end - at < 16) {
			this.#fail("frame", () => `a message of ${end - at} bytes came`);
			return;
		}
		const xid = view.getInt32(at);
		const ring = this.#ring;
		if (xid !== this.#headXid || ring.underWay === 0) {
			this.#receivedOther(xid, bytes, view, at, end);
			return;
		}
		const place = ring.answered++ & ring.mask;
		this.#headXid = xid === lastXid ? 1 : xid + 1;
		const zxid = longAt(view, at + 4);
		if (zxid < this.#lastZxid) this.#fellBack(zxid);
		else this.#lastZxid = zxid;
		const err = view.getInt32(at + 12);
		const kind = ring.kinds[place] as number;
		if (err !== 0) {
			this.#refused(place, err);
			return;
		}
		if (kind === Kind.prelude) {
			this.#become("serving");
			return;
		}
		this.#check.judge(ring, place, bytes, view, at, end);
		this.#shared.meter.answered(kind, (this.#nowMs - (ring.dueAtMs[place] as number)) * 1000);
	}

	#connect(): void {
		const address = this.#addresses[this.#connections++ % this.#addresses.length] as Address;
		this.#state = "connecting";
		this.#heardAtMs = performance.now();
		this.#pipe = new Pipe(address, this);
	}

	#attached(bytes: Buffer, view: DataView, at: number): void {
		const timeoutMs = view.getInt32(at + 4);
		if (timeoutMs <= 0) {
			this.#sessionId = 0n;
			this.#password = anyPassword;
			this.#lastZxid = 0;
			this.#lose("the server says that the session is over");
			return;
		}
		this.#timeoutMs = timeoutMs;
		this.#sessionId = view.getBigInt64(at + 8);
		this.#password = Uint8Array.from(bytes.subarray(at + 20, at + 20 + Math.max(0, view.getInt32(at + 16))));
		this.#state = "syncing";
		this.#headXid = this.#nextXid;
		this.#stepper.prelude(this.#takeXid(), this.#nowMs);
		this.#flush();
	}

	#receivedOther(xid: number, bytes: Buffer, view: DataView, at: number, end: number): void {
		if (xid === eventXid) this.#check.judgeEvent(bytes, view, at + 16, end);
		else if (xid === pingXid) return;
		else if (this.#state === "closing" && this.#ring.underWay === 0 && xid === this.#headXid) this.#become("over");
		else {
			this.#fail("order", () => `a reply to request ${xid} came, that to ${this.#headXid} was due`);
		}
	}

	#fellBack(zxid: number): void {
		const before = this.#lastZxid;
		this.#check.breach("zxid", () => `a reply's zxid fell from ${describeZxid(before)} to ${describeZxid(zxid)}`);
	}

	#refused(place: number, err: number): void {
		const kind = this.#ring.kinds[place] as number;
		const { keys, meter, plan } = this.#shared;
		const isLoss = plan.toleratesLoss && lossErrors.has(err);
		meter.failed();
		this.#eachWritten(place, (key) => (isLoss ? keys.doubt(key) : keys.fail(key)));
		if (isLoss) {
			this.#lose(`error ${err}`, kind);
			return;
		}
		this.#check.breach(
			"error",
			() => `${describeKind(kind)} of ${this.#ring.keys[place]} was answered by error ${err}`,
		);
	}

	/** The keys that the request at a place of the ring writes. */
	#eachWritten(place: number, tell: (key: number) => void): void {
		const kind = this.#ring.kinds[place];
		if (kind === Kind.setData || kind === Kind.multi) tell(this.#ring.keys[place] as number);
		if (kind === Kind.multi) tell(this.#ring.others[place] as number);
	}

	/** The connection is of no use any more, by the server's fault. */
	#fail(rule: string, text: () => string): void {
		this.#check.breach(rule, text);
		this.#lose(text());
	}

	/** @param refused kind of the request whose answer says so, if one does */
	#lose(why: string, refused?: number): void {
		this.#pipe?.destroy();
		this.#pipe = undefined;
		const wasSent = this.#doubtAll(refused);
		if (this.#shared.plan.toleratesLoss) {
			this.#state = "connecting";
			this.#retry = setTimeout(() => this.#connect(), retryMs);
			return;
		}
		const what = wasSent === 0 ? "the connection" : `the connection with ${wasSent} requests under way`;
		this.#check.breach("connection", () => `${what} was lost: ${why}`);
		this.#become("over");
	}

	/** What is under way may or may not happen, and so may what was answered by the loss of a connection. */
	#doubtAll(refused: number | undefined): number {
		const ring = this.#ring;
		const count = ring.underWay;
		let [creates, deletes] = [Number(refused === Kind.create), Number(refused === Kind.delete)];
		for (; ring.underWay > 0; ring.answered++) {
			const place = ring.answered & ring.mask;
			const kind = ring.kinds[place];
			if (kind === Kind.create) creates++;
			if (kind === Kind.delete) deletes++;
			if (kind !== Kind.prelude) this.#shared.meter.failed();
			this.#eachWritten(place, (key) => this.#shared.keys.doubt(key));
		}
		if (creates + deletes > 0) this.#check.children.abandon(creates, deletes);
		this.#check.forgetWatches();
		return count;
	}

	#takeXid(): number {
		const xid = this.#nextXid;
		this.#nextXid = xid === lastXid ? 1 : xid + 1;
		return xid;
	}

	#flush(): void {
		this.#sentAtMs = this.#nowMs;
		if (this.#pipe !== undefined) this.#pipe.send(this.#shared.outbox);
	}

	#become(state: State): void {
		this.#state = state;
		this.#tell();
	}

	#until(isThere: () => boolean): Promise<void> {
		return new Promise((resolve) => {
			const look = (): void => {
				if (isThere()) resolve();
				else this.#wake.push(look);
			};
			look();
		});
	}

	#tell(): void {
		for (const look of this.#wake.splice(0)) look();
	}
}
