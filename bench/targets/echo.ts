import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { frameBytes, requestBytes } from "./echo-frames.js";

/** As a load has where its workload says nothing: how much comes at a time decides what a frame costs. */
const connections = 30;
/** Requests under way on each of them. */
const window = 20;
const framesLeast = 5000;
const waitsMost = 10;

export interface EchoRate {
	/** Frames, as one client here gets them. */
	readonly perSecond: number;
	/** Of the server's process, for one frame. */
	readonly cpuMicros: number;
}

/** A bare echo server in a process of its own: frames as of getData with 1 KiB, one write for each received chunk. */
export interface EchoServer {
	measure(forMs: number): Promise<EchoRate>;
	stop(): void;
}

export async function startEchoServer(): Promise<EchoServer> {
	const child = fork(fileURLToPath(new URL("echo-server-main.js", import.meta.url)), [], { execArgv: [] });
	const [address] = (await once(child, "message")) as [AddressInfo];
	return {
		measure: (forMs) => measure(child, address.port, forMs),
		stop: () => {
			if (child.connected) child.disconnect();
		},
	};
}

async function measure(child: ChildProcess, port: number, forMs: number): Promise<EchoRate> {
	const counter = { frames: 0 };
	const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
	for (const socket of sockets) keepAsking(socket, counter);
	// The first part warms up, as a load does.
	await sleep(forMs / 4);
	const spentBefore = await cpuMicros(child);
	// Behind that answer, which may be long in coming: frames and time are counted from one moment on.
	const [before, startMs] = [counter.frames, performance.now()];
	// A machine that is busy with others may give neither process a turn in that time: no rate at all is no measure.
	for (let waits = 0; waits < waitsMost && counter.frames - before < framesLeast; waits++) await sleep(forMs);
	const elapsedMs = performance.now() - startMs;
	const frames = counter.frames - before;
	const spent = (await cpuMicros(child)) - spentBefore;
	for (const socket of sockets) socket.destroy();
	return { perSecond: (Math.max(1, frames) * 1000) / elapsedMs, cpuMicros: spent / Math.max(1, frames) };
}

async function cpuMicros(child: ChildProcess): Promise<number> {
	child.send("cpu");
	const [micros] = (await once(child, "message")) as [number];
	return micros;
}

async function open(port: number): Promise<Socket> {
	const socket = connect({ port, host: "127.0.0.1", noDelay: true });
	await once(socket, "connect");
	return socket;
}

function keepAsking(socket: Socket, counter: { frames: number }): void {
	const requests = Buffer.alloc(window * requestBytes);
	let pending = 0;
	socket.on("data", (chunk) => {
		pending += chunk.length;
		const count = Math.floor(pending / frameBytes);
		pending -= count * frameBytes;
		counter.frames += count;
		if (count > 0) socket.write(requests.subarray(0, count * requestBytes));
	});
	socket.write(requests);
}
