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
}

interface MadeUpClient {
	readonly number: number;
	connection: number;
	session: bigint;
	server: number;
	/** Calls under way: number of the call and when its end comes. */
	readonly open: { readonly call: number; readonly endUs: number; readonly operation: Operation }[];
	freeUs: number;
}

/** A number from 0 to below n, the same each time. */
type Draw = (n: number) => number;

function drawFrom(seed: number): Draw {
	let state = seed;
	return (n) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * n);
	};
}

const epoch = 2 ** 32;

/**
 * A history that looks like that of a workload with faults on a few nodes: clients are always busy, lose their connection now
 * and then, and some calls stay without a reply. What the replies say is not consistent.
 */
export function* madeUpHistory(size: MadeUpSize): Generator<HistoryRecord> {
	const draw = drawFrom(1);
	const clients = Array.from({ length: size.clients }, (_, number): MadeUpClient => {
		return { number, connection: 0, session: 0n, server: number % 3, open: [], freeUs: 1000 + number * 7 };
	});
	const counters = { call: 0, connection: 0, zxid: epoch + 1 };
	let atUs = 0;
	for (const client of clients) {
		atUs += 150;
		yield* connect(client, counters, atUs);
	}
	while (counters.call < size.calls) {
		const client = clients[draw(clients.length)] as MadeUpClient;
		atUs += draw(Math.ceil(2000 / size.clients)) + 1;
		yield* endCalls(client, counters, atUs, draw, size.pipelined);
		if (draw(size.calls / 20) === 0) yield* breakOff(client, counters, atUs, draw);
		else yield* begin(client, counters, atUs, draw);
		if (draw(size.calls / 8) === 0) yield* fault(atUs, draw);
	}
	for (const client of clients) {
		atUs += 5;
		yield* endCalls(client, counters, atUs, draw, 1);
	}
	yield { type: "phase", atUs, phase: "healed" };
	yield { type: "phase", atUs: atUs + 1000, phase: "end" };
}

interface Counters {
	call: number;
	connection: number;
	zxid: number;
}

function* connect(client: MadeUpClient, counters: Counters, atUs: number): Generator<HistoryRecord> {
	const { number, session } = client;
	const connection = ++counters.connection;
	client.connection = connection;
	const server = client.server;
	yield { type: "connecting", atUs, client: number, connection, server, session, lastZxid: 0, timeoutMs: 4000 };
	if (session === 0n) client.session = 0x1_0000_a2b0_0000n * BigInt(server + 16) + BigInt(connection);
	yield { type: "connected", atUs: atUs + 90, connection, session: client.session, timeoutMs: 4000 };
}

function* begin(client: MadeUpClient, counters: Counters, atUs: number, draw: Draw): Generator<HistoryRecord> {
	const path = `/r/${draw(9)}`;
	const operation: Operation =
		draw(2) === 0
			? { op: "setData", path, data: `v${counters.call}`, version: -1 }
			: { op: "getData", path, watch: draw(10) === 0 };
	const call = counters.call++;
	client.open.push({ call, endUs: atUs + 300 + draw(900), operation });
	yield { type: "call", atUs, call, connection: client.connection, operation };
}

function* endCalls(
	client: MadeUpClient,
	counters: Counters,
	atUs: number,
	draw: Draw,
	pipelined: number,
): Generator<HistoryRecord> {
	while (client.open.length >= pipelined) {
		const open = client.open.shift();
		if (open === undefined) return;
		const { call, operation } = open;
		const zxid = operation.op === "setData" ? ++counters.zxid : counters.zxid;
		const err = draw(50) === 0 ? -101 : 0;
		yield { type: "reply", atUs, call, zxid, err, result: err === 0 ? resultOf(operation, zxid) : { op: "none" } };
		if (draw(40) === 0)
			yield { type: "event", atUs, connection: client.connection, zxid: -1, event: "dataChanged", path: "/r/1" };
	}
}

function resultOf(operation: Operation, zxid: number): Result {
	const stat: Stat = {
		czxid: epoch + 1,
		mzxid: zxid,
		ctime: 1_700_000_000_000,
		mtime: 1_700_000_000_000 + (zxid - epoch),
		version: zxid - epoch,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: 0n,
		dataLength: 6,
		numChildren: 0,
		pzxid: epoch + 1,
	};
	if (operation.op === "getData") return { op: "getData", data: `v${zxid - epoch}`, stat };
	return { op: "setData", stat };
}

function* breakOff(client: MadeUpClient, counters: Counters, atUs: number, draw: Draw): Generator<HistoryRecord> {
	for (const { call } of client.open.splice(0)) yield { type: "lost", atUs, call };
	yield { type: "disconnected", atUs, connection: client.connection };
	client.server = (client.server + 1) % 3;
	if (draw(3) === 0) client.session = 0n;
	yield* connect(client, counters, atUs + 100);
}

function* fault(atUs: number, draw: Draw): Generator<HistoryRecord> {
	const server = draw(3);
	const text = ["killed server", "started server", "paused server", "resumed server", "cut connections of server"][
		draw(5)
	];
	yield { type: "fault", atUs, servers: [server], text: `${text} ${server + 1}` };
}
