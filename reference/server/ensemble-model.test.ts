import assert from "node:assert/strict";
import fc from "fast-check";
import { errors } from "../model/errors.js";
import { type Zxid, zxidZero } from "../model/ids.js";
import type { DataTree } from "../tree/data-tree.js";
import { freshTree } from "../tree/fresh-tree.js";
import { opcodeOf, type TestReply, type TestRequest } from "../wire/testing/client-codec.js";
import { create, type TestClient } from "./testing/test-client.js";
import { TestEnsemble } from "./testing/test-ensemble.js";

const size = 3;
const clients = 3;

const path = fc.constantFrom("/a", "/b", "/a/x");
const data = fc.uint8Array({ maxLength: 2 });
const request: fc.Arbitrary<TestRequest> = fc.oneof(
	fc.record({ path, data, flags: fc.constantFrom(0, 0, 1, 2) }).map(({ path, ...facts }) => create(path, facts)),
	path.map((path) => ({ type: "delete" as const, path, version: -1 })),
	fc.record({ path, data }).map((facts) => ({ type: "setData" as const, version: -1, ...facts })),
	path.map((path) => ({ type: "multi" as const, ops: [create(path), { type: "check", path, version: 0 } as const] })),
	path.map((path) => ({ type: "getData" as const, path, watch: true })),
	path.map((path) => ({ type: "sync" as const, path })),
	fc.constant({ type: "ping" as const }),
);

type Action =
	| { readonly type: "send"; readonly client: number; readonly request: TestRequest }
	| { readonly type: "hear" | "tell"; readonly member: number }
	| { readonly type: "commit"; readonly count: number }
	| { readonly type: "move"; readonly client: number; readonly member: number }
	| { readonly type: "close"; readonly client: number }
	| { readonly type: "elect"; readonly member: number };

const client = fc.nat({ max: clients - 1 });
const member = fc.nat({ max: size - 1 });
const action: fc.Arbitrary<Action> = fc.oneof(
	{ weight: 8, arbitrary: fc.record({ type: fc.constant("send" as const), client, request }) },
	{ weight: 12, arbitrary: fc.record({ type: fc.constantFrom("hear" as const, "tell" as const), member }) },
	{ weight: 4, arbitrary: fc.record({ type: fc.constant("commit" as const), count: fc.integer({ min: 1, max: 3 }) }) },
	{ weight: 2, arbitrary: fc.record({ type: fc.constant("move" as const), client, member }) },
	{ weight: 1, arbitrary: fc.record({ type: fc.constant("close" as const), client }) },
	{ weight: 1, arbitrary: fc.record({ type: fc.constant("elect" as const), member }) },
);

/** What a connection asked for, and how far the whole was at that time. */
interface Asked {
	readonly request: TestRequest;
	readonly committed: Zxid;
}

/** A client that goes from server to server, and what it has been told. */
class Traveller {
	readonly #world: TestEnsemble;
	readonly #tree: () => Map<Zxid, string>;
	#client: TestClient;
	#asked = new Map<number, Asked>();
	#seen: Zxid = zxidZero;
	#lastXid = 0;

	constructor(world: TestEnsemble, member: number, tree: () => Map<Zxid, string>) {
		this.#world = world;
		this.#tree = tree;
		this.#client = world.member(member).connect();
	}

	send(request: TestRequest): void {
		if (this.#client.closed || this.#client.session === 0n) return;
		const committed = this.#world.leader.state.tree.lastZxid;
		const xid = this.#client.send(request);
		if (request.type !== "ping") this.#asked.set(xid, { request, committed });
	}

	/** As a client does that has lost its link: it brings what it has seen. */
	move(member: number): void {
		const { session, password } = this.#client;
		this.listen();
		this.#client = this.#world.member(member).open();
		this.#asked = new Map();
		this.#lastXid = 0;
		this.#client.handshake({ session, password, lastZxidSeen: this.#seen });
	}

	/** Checks what has come. */
	listen(): void {
		for (const reply of this.#client.take()) if (reply.xid !== -1) this.#check(reply);
	}

	#check(reply: TestReply): void {
		assert.ok(reply.zxid >= this.#seen, "time never runs backwards for a client");
		this.#seen = reply.zxid as Zxid;
		if (reply.xid === -2) return;
		assert.ok(reply.xid > this.#lastXid, "replies come in the order of the requests");
		this.#lastXid = reply.xid;
		const asked = this.#asked.get(reply.xid);
		assert.ok(asked, "every reply is to a request of this connection");
		this.#asked.delete(reply.xid);
		if (asked.request.type === "sync") assert.ok(reply.zxid >= asked.committed, "a sync brings what was committed");
		else if (asked.request.type === "getData") this.#checkRead(asked.request.path, reply);
		else this.#checkWrite(asked.request, reply);
	}

	/** It is the log's entry for this very request that was answered. */
	#checkWrite(request: TestRequest, { xid, zxid, error }: TestReply): void {
		const entry = this.#world.log.find(({ header }) => header.zxid === zxid);
		assert.deepEqual([entry?.header.session, entry?.header.cxid], [this.#client.session, xid]);
		assert.equal(error, entry?.txn.type === -1 ? entry.txn.error : errors.ok);
		if (entry !== undefined && "path" in entry.txn && "path" in request && !("flags" in request))
			assert.equal(entry.txn.path, request.path);
		if (entry?.txn.type === 1 || entry?.txn.type === 14) assert.equal(opcodeOf(request), entry.txn.type);
	}

	/** Nothing is on its way any more. */
	checkAnswered(): void {
		this.listen();
		if (!this.#client.closed) assert.equal(this.#asked.size, 0, "every request is answered");
	}

	#checkRead(path: string, { zxid, error, body }: TestReply): void {
		const expected = this.#tree().get(zxid as Zxid);
		assert.ok(expected !== undefined, "a read tells of a state that there was");
		const node = JSON.parse(expected)[path];
		assert.equal(error, node === undefined ? errors.noNode : errors.ok);
		if (node !== undefined) assert.deepEqual([...(body.buffer() ?? [])], node);
	}
}

/** The nodes after every entry of the log. */
function history(log: TestEnsemble["log"]): Map<Zxid, string> {
	const tree = freshTree();
	const states = new Map<Zxid, string>([[zxidZero, "{}"]]);
	for (const { header, txn } of log) {
		tree.apply(header, txn);
		states.set(header.zxid, JSON.stringify(contents(tree)));
	}
	return states;
}

function contents(tree: DataTree): Record<string, number[]> {
	const own = [...tree.walk()].filter(([path]) => path !== "" && !path.startsWith("/zookeeper"));
	return Object.fromEntries(own.map(([path, node]) => [path, [...(node.data ?? [])]]));
}

function perform(world: TestEnsemble, travellers: readonly Traveller[], action: Action): void {
	switch (action.type) {
		case "send":
			travellers[action.client]?.send(action.request);
			break;
		case "close":
			travellers[action.client]?.send({ type: "closeSession" });
			break;
		case "move":
			travellers[action.client]?.move(action.member);
			break;
		case "hear":
			world.hear(action.member);
			break;
		case "tell":
			world.tell(action.member);
			break;
		case "commit":
			world.commit(action.count);
			break;
		case "elect":
			world.elect(action.member);
			break;
	}
}

describe("an ensemble whose messages come late and in any order across links", () => {
	it("shows every client one history, and has the same state everywhere in the end", () => {
		fc.assert(
			fc.property(fc.array(action, { maxLength: 80, size: "max" }), (actions) => {
				const world = new TestEnsemble(size);
				const states = (): Map<Zxid, string> => history(world.log);
				const travellers = Array.from({ length: clients }, (_, i) => new Traveller(world, i % size, states));
				world.settlesAtOnce = false;
				for (const next of actions) {
					perform(world, travellers, next);
					for (const traveller of travellers) traveller.listen();
				}
				world.settle();
				for (const traveller of travellers) traveller.checkAnswered();
				const [first, ...others] = world.members.map(({ state }) => state);
				for (const { tree, sessions } of others) {
					assert.deepEqual([tree.lastZxid, tree.digest], [first?.tree.lastZxid, first?.tree.digest]);
					assert.deepEqual([...sessions].sort(), [...(first?.sessions ?? [])].sort());
				}
				for (const { header, digest } of world.log.slice(-1))
					if (digest !== null) assert.deepEqual([header.zxid, digest], [first?.tree.lastZxid, first?.tree.digest]);
			}),
			{ numRuns: 200 },
		);
	});
});
