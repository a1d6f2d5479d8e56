import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import type { Calibration } from "../report/report.js";
import type { EchoServer } from "./echo.js";

/** Short enough to go before every round. */
const echoMs = 200;
const flushMs = 150;
const computeMs = 80;

/** What this machine can do at this moment; `folder` is on the disk that the servers write to. */
export async function calibrate(echo: EchoServer, folder: string): Promise<Calibration> {
	const { perSecond, cpuMicros } = await echo.measure(echoMs);
	return {
		echoesPerSecond: Math.max(1, Math.round(perSecond)),
		echoCpuMicros: cpuMicros,
		flushesPerSecond: Math.max(1, Math.round(flushRate(folder))),
		turnsPerSecond: Math.max(1, Math.round(computeRate())),
	};
}

/** Appends of 1 KiB a second, each followed by fdatasync. */
function flushRate(folder: string): number {
	const file = path.join(folder, "flush-rate");
	const fd = openSync(file, "w");
	try {
		const block = Buffer.alloc(1024, 1);
		return rate(flushMs, () => {
			writeSync(fd, block);
			fdatasyncSync(fd);
		});
	} finally {
		closeSync(fd);
		rmSync(file);
	}
}

const words = new Int32Array(4096);

/** Passes over 16 KiB a second, with arithmetic on every word. */
function computeRate(): number {
	return rate(computeMs, () => {
		let hash = 1;
		for (let i = 0; i < words.length; i++) {
			hash = (Math.imul(hash, 31) + (words[i] ?? 0)) | 0;
			words[i] = hash;
		}
	});
}

function rate(forMs: number, turn: () => void): number {
	const startMs = performance.now();
	let turns = 0;
	let nowMs = startMs;
	for (; nowMs - startMs < forMs; nowMs = performance.now()) {
		turn();
		turns++;
	}
	return (turns * 1000) / (nowMs - startMs);
}
