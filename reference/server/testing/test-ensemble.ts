import { assert } from "../../lib/assert.js";
import { Queue } from "../../lib/queue.js";
import { epoch, type LinkId, linkId, type Zxid, zxidZero } from "../../model/ids.js";
import type { LogEntry } from "../../model/txns.js";
import { freshTree } from "../../tree/fresh-tree.js";
import type { ServerConfig } from "../config.js";
import type { ServerEffects, ServerEvent, ServerRole, ServerState } from "../contract.js";
import { Server } from "../server.js";
import { type ConnectOptions, TestClient } from "./test-client.js";
import { testCapabilities, testConfig, written } from "./test-server.js";

interface TestClock {
	nowMs: number;
	wallMs: number;
}

/** One server of a test ensemble, with the clients that are connected to it. */
export class TestMember {
	readonly state: ServerState;
	readonly #ensemble: TestEnsemble;
	readonly #config: ServerConfig;
	readonly #clients = new Map<LinkId, TestClient>();
	#server: Server;

	constructor(ensemble: TestEnsemble, role: ServerRole, config: ServerConfig, effects: Partial<ServerEffects>) {
		this.#ensemble = ensemble;
		this.#config = config;
		this.state = { tree: freshTree(), sessions: new Map() };
		this.#server = this.#makeServer(role, effects);
	}

	get deadlineMs(): number {
		return this.#server.deadlineMs;
	}

	/** The role is over: its clients lose their links, the state stays. */
	begin(role: ServerRole, effects: Partial<ServerEffects>): void {
		for (const client of this.#clients.values()) client.noteClosed();
		this.#clients.clear();
		this.#server = this.#makeServer(role, effects);
	}

	step(event: ServerEvent): void {
		this.#server.step(event, { ...this.#ensemble.clock });
		if (this.#ensemble.settlesAtOnce) this.#ensemble.settle();
	}

	stepAlone(event: ServerEvent): void {
		this.#server.step(event, { ...this.#ensemble.clock });
	}

	takeTouched(): ReturnType<Server["takeTouched"]> {
		return this.#server.takeTouched();
	}

	open(address = "127.0.0.1"): TestClient {
		const link = this.#ensemble.newLink();
		const client = new TestClient(this, link);
		this.#clients.set(link, client);
		this.step({ type: "opened", link, address, port: 4000 + link });
		return client;
	}

	connect(options: ConnectOptions = {}): TestClient {
		const client = this.open();
		client.handshake(options);
		return client;
	}

	#makeServer(role: ServerRole, effects: Partial<ServerEffects>): Server {
		const full = { ...this.#clientEffects(), ...effects };
		return new Server(role, this.#config, this.state, full, testCapabilities, { ...this.#ensemble.clock });
	}

	#clientEffects(): ServerEffects {
		const unasked = (): never => assert(false, "not for this role") as never;
		return {
			propose: unasked,
			forward: unasked,
			revalidate: unasked,
			answerSync: unasked,
			answerRevalidate: unasked,
			send: (link, bytes) => this.#clients.get(link)?.receive(bytes.slice()),
			write: (link, encode) => this.#clients.get(link)?.receive(written(encode)),
			close: (link) => this.#clients.get(link)?.noteClosed(),
			pause: () => {},
			resume: () => {},
		};
	}
}

/** A leader and its learners, with what is on its way between them: in order on each link, in any order across links. */
export class TestEnsemble {
	readonly clock: TestClock = { nowMs: 1000, wallMs: 1_700_000_000_000 };
	readonly members: TestMember[] = [];
	/** All that was proposed, in order; what is committed is a beginning of it. */
	log: LogEntry[] = [];
	/** Whether learners report the sessions that they heard of. */
	pingsCome = true;
	/** Whether everything on its way arrives after every step. */
	settlesAtOnce = true;
	#epoch = 0;
	#leaderAt = 0;
	#committed: Zxid = zxidZero;
	#toLeader: Queue<ServerEvent>[] = [];
	#fromLeader: Queue<ServerEvent>[] = [];
	#answers = new Queue<{ readonly to: LinkId; readonly event: ServerEvent; readonly after: Zxid }>();
	#links = 0;

	constructor(size: number, config: Partial<ServerConfig> = {}) {
		for (let at = 0; at < size; at++) {
			const own = { ...testConfig, ...config, serverId: at + 1 };
			this.members.push(new TestMember(this, this.#role(at), own, this.#effects(at)));
		}
		this.elect(0);
	}

	get leader(): TestMember {
		return this.members[this.#leaderAt] as TestMember;
	}

	member(at: number): TestMember {
		return this.members[at] as TestMember;
	}

	/** By which the leader knows a learner. */
	linkOf(at: number): LinkId {
		return linkId(-1 - at);
	}

	newLink(): LinkId {
		return linkId(++this.#links);
	}

	/** All are brought to the same state; what was on its way between them is lost, and so are all clients. */
	elect(leaderAt: number): void {
		this.#toLeader = this.members.map(() => new Queue());
		this.#fromLeader = this.members.map(() => new Queue());
		this.#answers = new Queue();
		this.#leaderAt = leaderAt;
		this.#epoch++;
		for (const member of this.members) this.#catchUp(member);
		this.#committed = this.log.at(-1)?.header.zxid ?? zxidZero;
		for (const [at, member] of this.members.entries()) member.begin(this.#role(at), this.#effects(at));
		if (this.settlesAtOnce) this.settle();
	}

	#catchUp({ state: { tree, sessions } }: TestMember): void {
		for (const { header, txn } of this.log) {
			if (header.zxid <= tree.lastZxid) continue;
			tree.apply(header, txn);
			if (txn.type === -10) sessions.set(header.session, txn.timeoutMs);
			if (txn.type === -11) sessions.delete(header.session);
		}
	}

	#role(at: number): ServerRole {
		if (at === this.#leaderAt) return { type: "leader", epoch: epoch(this.#epoch) };
		return { type: at === 1 ? "observer" : "follower" };
	}

	#effects(at: number): Partial<ServerEffects> {
		const learner = this.linkOf(at);
		const ask = (event: ServerEvent): void => this.#toLeader[at]?.push(event);
		if (at !== this.#leaderAt)
			return {
				forward: (request) => ask({ type: "request", learner, request: { ...request, body: request.body.slice() } }),
				revalidate: (session) => ask({ type: "revalidate", learner, session }),
			};
		return {
			propose: (entry) => this.log.push(entry),
			answerSync: (to) => this.#answer(to, { type: "synced" }),
			answerRevalidate: (to, session, valid) => this.#answer(to, { type: "revalidated", session, valid }),
		};
	}

	/** Answers leave behind the commits of all that was proposed so far. */
	#answer(to: LinkId, event: ServerEvent): void {
		const after = this.log.at(-1)?.header.zxid ?? zxidZero;
		if (after <= this.#committed) this.#fromLeader[-1 - to]?.push(event);
		else this.#answers.push({ to, event, after });
	}

	#answerUpTo(at: Zxid): void {
		for (let next = this.#answers.peek(); next !== undefined && next.after <= at; next = this.#answers.peek()) {
			this.#fromLeader[-1 - next.to]?.push(next.event);
			this.#answers.shift();
		}
	}

	/** A quorum has the next `count` proposals. */
	commit(count = Number.POSITIVE_INFINITY): boolean {
		const next = this.log.filter(({ header }) => header.zxid > this.#committed).slice(0, count);
		const last = next.at(-1);
		if (last === undefined) return false;
		this.#committed = last.header.zxid;
		for (const entry of next) {
			for (const at of this.#learners()) this.#fromLeader[at]?.push({ type: "decided", entry });
			this.#answerUpTo(entry.header.zxid);
		}
		this.leader.stepAlone({ type: "committed", upTo: last.header.zxid });
		return true;
	}

	/** What a learner sent arrives: the oldest of it. */
	hear(at: number): boolean {
		const event = this.#toLeader[at]?.shift();
		if (event !== undefined) this.leader.stepAlone(event);
		return event !== undefined;
	}

	/** What the leader sent to a learner arrives: the oldest of it. */
	tell(at: number): boolean {
		const event = this.#fromLeader[at]?.shift();
		if (event !== undefined) this.member(at).stepAlone(event);
		return event !== undefined;
	}

	/** Until nothing is on its way. */
	settle(): void {
		for (let busy = true; busy; ) {
			busy = this.commit();
			for (const at of this.#learners()) busy = this.hear(at) || this.tell(at) || busy;
		}
	}

	/** A ping goes to every learner and comes back with the sessions that it heard of. */
	ping(): void {
		for (const at of this.#learners()) {
			const sessions = this.member(at).takeTouched();
			this.#toLeader[at]?.push({ type: "touched", learner: this.linkOf(at), sessions });
		}
		if (this.settlesAtOnce) this.settle();
	}

	/** Lets time pass, with pings, stopping at every deadline on the way. */
	pass(ms: number): void {
		const untilMs = this.clock.nowMs + ms;
		while (this.clock.nowMs < untilMs) {
			const dueMs = Math.min(...this.members.map(({ deadlineMs }) => deadlineMs), this.clock.nowMs + 100, untilMs);
			const nowMs = Math.max(dueMs, this.clock.nowMs + 1);
			this.clock.wallMs += nowMs - this.clock.nowMs;
			this.clock.nowMs = nowMs;
			if (this.pingsCome) this.ping();
			for (const member of this.members) member.step({ type: "time" });
		}
	}

	#learners(): number[] {
		return [...this.members.keys()].filter((at) => at !== this.#leaderAt);
	}
}
