import type { HistoryHeader, HistoryRecord, Operation, Result, Stat } from "../../history/record.js";

export const madeUpHeader: HistoryHeader = {
	format: "zkspec history/1",
	workload: "registers",
	seed: 7,
	servers: ["127.0.0.1:2181", "127.0.0.1:2182", "127.0.0.1:2183"],
	root: "/r",
	target: "made up",
	startedAt: "2024-01-01T00:00:00.000Z",
	rules: [],
	facts: { tickTime: 2000 },
};

/** How large a made-up history is. */
export interface MadeUpSize {
	readonly clients: number;
	readonly calls: number;
	/** Calls that each client has under way at once. */
	readonly pipelined: number;
	/** How many reads, spread evenly, are answered with an older state than the same connection has seen. */
	readonly stale: number;
}

interface MadeUpClient {
	readonly number: number;
	connection: number;
	session: bigint;
	server: number;
	lastZxid: number;
	readonly open: { readonly call: number; readonly operation: Operation }[];
}

/** A node as it was after one write. */
interface State {
	readonly data: string;
	readonly stat: Stat;
}

/** Everything that goes on: one server's worth of state, so that all answers agree. */
interface MadeUp {
	readonly draw: (n: number) => number;
	readonly size: MadeUpSize;
	readonly nodes: Map<string, State>;
	readonly before: Map<string, State>;
	readonly watchers: Map<string, Set<MadeUpClient>>;
	/** What each connection has seen of a node. */
	readonly seen: Map<string, State>;
	calls: number;
	connections: number;
	zxid: number;
	stale: number;
	atUs: number;
}

const epoch = 2 ** 32;
const nodeCount = 9;

/** The same numbers each time. */
function drawFrom(seed: number): (n: number) => number {
	let state = seed;
	return (n) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
}

/**
 * A history that is as it should be, but for the stale reads that were asked for: clients are always busy on a few nodes,
 * lose their connection now and then, and some calls stay without a reply.
 */
export function* madeUpHistory(size: MadeUpSize): Generator<HistoryRecord> {
	const world: MadeUp = {
		...{ draw: drawFrom(1), size, nodes: new Map(), before: new Map(), watchers: new Map(), seen: new Map() },
		...{ calls: 0, connections: 0, zxid: epoch, stale: 0, atUs: 0 },
	};
	const clients = Array.from({ length: size.clients }, (_, number): MadeUpClient => {
		return { number, connection: 0, session: 0n, server: number % 3, lastZxid: 0, open: [] };
	});
	for (const client of clients) yield* connect(world, client);
	yield* createNodes(world, clients[0] as MadeUpClient);
	while (world.calls < size.calls) yield* goOn(world, clients[world.draw(clients.length)] as MadeUpClient);
	for (const client of clients) yield* endCalls(world, client, 1);
	for (const client of clients) yield { type: "disconnected", atUs: world.atUs, connection: client.connection };
	yield { type: "phase", atUs: world.atUs, phase: "healed" };
	yield { type: "phase", atUs: world.atUs + 1000, phase: "end" };
}

function* goOn(world: MadeUp, client: MadeUpClient): Generator<HistoryRecord> {
	const { draw, size } = world;
	world.atUs += draw(Math.ceil(2000 / size.clients)) + 1;
	yield* endCalls(world, client, size.pipelined);
	if (draw(Math.ceil(size.calls / 20)) === 0) yield* breakOff(world, client);
	yield begin(world, client, drawOperation(world));
	if (draw(Math.ceil(size.calls / 8)) === 0) yield fault(world);
}

function* connect(world: MadeUp, client: MadeUpClient): Generator<HistoryRecord> {
	const { number, server, session, lastZxid } = client;
	const connection = ++world.connections;
	client.connection = connection;
	const { atUs } = world;
	yield { type: "connecting", atUs, client: number, connection, server, session, lastZxid, timeoutMs: 4000 };
	world.atUs += 90;
	if (session === 0n) client.session = 0x1_0000_a2b0_0000n * BigInt(server + 16) + BigInt(connection);
	yield { type: "connected", atUs: world.atUs, connection, session: client.session, timeoutMs: 4000 };
}

function* createNodes(world: MadeUp, client: MadeUpClient): Generator<HistoryRecord> {
	for (let i = 0; i < nodeCount; i++) {
		yield begin(world, client, { op: "create", path: `/r/${i}`, data: "first", mode: "persistent" });
		world.atUs += 400;
		yield* endCalls(world, client, 1);
	}
}

function drawOperation({ draw, calls }: MadeUp): Operation {
	if (draw(50) === 0) return { op: "getData", path: "/r/none", watch: false };
	const path = `/r/${draw(nodeCount)}`;
	if (draw(2) === 0) return { op: "setData", path, data: `v${calls}`, version: -1 };
	return { op: "getData", path, watch: draw(10) === 0 };
}

function begin(world: MadeUp, client: MadeUpClient, operation: Operation): HistoryRecord {
	const call = world.calls++;
	client.open.push({ call, operation });
	return { type: "call", atUs: world.atUs, call, connection: client.connection, operation };
}

/** Calls happen when they are answered, so that the order of the replies is that of the writes. */
function* endCalls(world: MadeUp, client: MadeUpClient, under: number): Generator<HistoryRecord> {
	while (client.open.length >= under) {
		const open = client.open.shift();
		if (open === undefined) return;
		const { call, operation } = open;
		if (operation.op === "setData") yield* fireWatches(world, operation.path);
		const result = happen(world, client, operation);
		client.lastZxid = world.zxid;
		const err = result.op === "none" ? -101 : 0;
		yield { type: "reply", atUs: world.atUs, call, zxid: world.zxid, err, result };
	}
}

function* fireWatches(world: MadeUp, path: string): Generator<HistoryRecord> {
	const watchers = world.watchers.get(path) ?? new Set();
	world.watchers.delete(path);
	const event = { type: "event", atUs: world.atUs, zxid: -1, event: "dataChanged", path } as const;
	for (const { connection } of watchers) yield { ...event, connection };
}

function happen(world: MadeUp, client: MadeUpClient, operation: Operation): Result {
	const path = "path" in operation ? operation.path : "";
	if (operation.op === "create") {
		const stat = write(world, path, operation.data ?? "");
		return { op: "create", path, stat };
	}
	const current = world.nodes.get(path);
	if (current === undefined) return { op: "none" };
	if (operation.op === "setData") return { op: "setData", stat: write(world, path, operation.data ?? "") };
	const state = staleState(world, client, path) ?? current;
	world.seen.set(`${client.connection} ${path}`, state);
	if (operation.op === "getData" && operation.watch) watch(world, client, path);
	return { op: "getData", ...state };
}

function write(world: MadeUp, path: string, data: string): Stat {
	const zxid = ++world.zxid;
	const before = world.nodes.get(path);
	if (before !== undefined) world.before.set(path, before);
	const { stat } = before ?? {};
	const madeMs = 1_700_000_000_000 + Math.floor(world.atUs / 1000);
	const changed = { mzxid: zxid, mtime: madeMs, version: stat === undefined ? 0 : stat.version + 1 };
	const fresh = {
		czxid: zxid,
		ctime: madeMs,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: 0n,
		numChildren: 0,
		pzxid: zxid,
	};
	const now: Stat = { ...(stat ?? fresh), ...changed, dataLength: data.length };
	world.nodes.set(path, { data, stat: now });
	return now;
}

/** The state before the current one, when it is time and this connection has seen the current one. */
function staleState(world: MadeUp, client: MadeUpClient, path: string): State | undefined {
	const { stale, calls } = world.size;
	const isDue = world.stale < stale && world.calls > ((world.stale + 1) * calls) / (stale + 1);
	const seen = world.seen.get(`${client.connection} ${path}`);
	const before = world.before.get(path);
	if (!isDue || before === undefined || seen !== world.nodes.get(path)) return undefined;
	world.stale++;
	return before;
}

function watch(world: MadeUp, client: MadeUpClient, path: string): void {
	const watchers = world.watchers.get(path) ?? new Set();
	world.watchers.set(path, watchers.add(client));
}

function* breakOff(world: MadeUp, client: MadeUpClient): Generator<HistoryRecord> {
	for (const { call } of client.open.splice(0)) yield { type: "lost", atUs: world.atUs, call };
	for (const watchers of world.watchers.values()) watchers.delete(client);
	yield { type: "disconnected", atUs: world.atUs, connection: client.connection };
	client.server = (client.server + 1) % 3;
	yield* connect(world, client);
}

const faultTexts = ["killed", "started", "paused", "resumed", "cut connections of"];

function fault({ draw, atUs }: MadeUp): HistoryRecord {
	const server = draw(3);
	return { type: "fault", atUs, servers: [server], text: `${faultTexts[draw(faultTexts.length)]} ${server + 1}` };
}
