import { join } from "node:path";
import { Control } from "../distributed/control.js";
import { readReport } from "../report/report-file.js";
import type { BenchProcess } from "./bench-process.js";
import { type Hosts, workerNames } from "./hosts.js";

/** What was found, in a sentence; `isRight` says whether it is what was to be found. */
export interface Finding {
	readonly isRight: boolean;
	readonly text: string;
}

export interface Stage {
	readonly hosts: Hosts;
	/** For reports. */
	readonly folder: string;
}

export type Trial = (stage: Stage) => Promise<readonly Finding[]>;

const pairs = 3;
/** On a machine that does much else the same measurement differs by as much from one time to the next, also at its best. */
const apartMost = 2;

/** Longer than a server of Java takes to start. */
const longSession = "30s";

const shape = ["read-ratio", "--reads", "90", "--sessions", "30", "--window", "20", "--keys", "3000"];
/** On servers that have been warmed up: one round and no more. */
const load = (forText: string) => [...shape, "--smoke", "--warm-up", "300ms", "--for", forText];
/** Warms them up first. */
const firstLoad = (forText: string) => [...shape, "--rounds", "1", "--warm-up", "300ms", "--for", forText];

/** Two workers together measure what one process measures, within what it differs by itself. */
export async function mergedBesideOne({ hosts, folder }: Stage): Promise<readonly Finding[]> {
	const alone: number[] = [];
	const merged: number[] = [];
	const findings: Finding[] = [];
	for (let pair = 1; pair <= pairs; pair++) {
		const one = join(folder, `one-${pair}.json`);
		const asked = pair === 1 ? firstLoad("2s") : load("2s");
		findings.push(await endedWith(hosts.alone([...asked, "--json", one]), 0));
		alone.push(...ratesOf(one));
		const all = join(folder, `all-${pair}.json`);
		const workers = workerNames.map((name) => hosts.worker(name));
		findings.push(await endedWith(hosts.coordinator([...load("2s"), "--json", all]), 0));
		for (const worker of workers) findings.push(await endedWith(worker, 0));
		merged.push(...ratesOf(all));
	}
	// What others take of the machine makes a measurement slower, never faster: the best is the least spoilt.
	const [together, apart] = [Math.max(...merged), Math.max(...alone)];
	const ratio = together / apart;
	const text = `two workers measure ${rate(together)}, one process ${rate(apart)}: ${ratio.toFixed(2)} times as much`;
	return [...wrongOnes(findings), { isRight: ratio > 1 / apartMost && ratio < apartMost, text }, await tidy(hosts)];
}

/** The control server is away for a while in the middle of a measurement: all sessions live on, and so does the figure. */
export async function controlRestarted({ hosts }: Stage): Promise<readonly Finding[]> {
	const [member] = hosts.control.members;
	const workers = workerNames.map((name) => hosts.worker(name, longSession));
	const [north, south] = workers as [BenchProcess, BenchProcess];
	const coordinator = hosts.coordinator(load("10s"), longSession);
	await north.saying("measurement 1 begins");
	await member?.kill();
	hosts.control.startAll();
	const ends = [await endedWith(coordinator, 0), await endedWith(north, 0), await endedWith(south, 0)];
	return [...ends, await tidy(hosts)];
}

export async function workerKilled({ hosts }: Stage): Promise<readonly Finding[]> {
	const [north, south] = workerNames.map((name) => hosts.worker(name)) as [BenchProcess, BenchProcess];
	const coordinator = hosts.coordinator(load("30s"));
	await south.saying("measurement 1 begins");
	south.kill();
	return [
		await endedWith(coordinator, 1),
		said(coordinator, "void worker-lost: worker south is gone"),
		await endedWith(north, 0),
		await tidy(hosts),
	];
}

export async function coordinatorKilled({ hosts }: Stage): Promise<readonly Finding[]> {
	const workers = workerNames.map((name) => hosts.worker(name));
	const coordinator = hosts.coordinator(load("30s"));
	await Promise.all(workers.map((worker) => worker.saying("measurement 1 begins")));
	coordinator.kill();
	const findings: Finding[] = [];
	for (const worker of workers)
		findings.push(await endedWith(worker, 1), said(worker, "the coordinator of bench went away"));
	const again = workerNames.map((name) => hosts.worker(name));
	findings.push(await endedWith(hosts.coordinator(load("1s")), 0));
	for (const worker of again) findings.push(await endedWith(worker, 0));
	return [...findings, await tidy(hosts)];
}

async function endedWith(running: BenchProcess, due: number): Promise<Finding> {
	const code = await running.ended();
	const isRight = code === due;
	return { isRight, text: `${running.name} ended with ${code}${isRight ? "" : `:\n${running.said}`}` };
}

function said(running: BenchProcess, text: string): Finding {
	const isRight = running.said.includes(text);
	return {
		isRight,
		text: `${running.name} ${isRight ? "says" : "does not say"} "${text}"${isRight ? "" : `:\n${running.said}`}`,
	};
}

async function tidy({ control }: Hosts): Promise<Finding> {
	const session = await Control.open({ servers: control.addresses, sessionMs: 10_000, connectMs: 30_000 });
	try {
		const left = ((await session.maybeChildren("/")) ?? []).filter((name) => name !== "zookeeper");
		return { isRight: left.length === 0, text: `the control server has ${left.join(", ") || "nothing"} left` };
	} finally {
		await session.close();
	}
}

function ratesOf(file: string): number[] {
	return readReport(file).cells.flatMap(({ rounds }) =>
		rounds.map(({ load: { operationsPerSecond } }) => operationsPerSecond),
	);
}

const rate = (perSecond: number): string => `${Math.round(perSecond)}/s`;
const wrongOnes = (findings: readonly Finding[]): readonly Finding[] => findings.filter(({ isRight }) => !isRight);
