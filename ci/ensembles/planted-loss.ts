import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mustCall, openSession } from "../durability/sessions.js";
import { Ensemble } from "./ensemble.js";
import type { Kind } from "./member.js";
import { Workload } from "./workload.js";

export interface PlantedLossOptions {
	readonly kind: Kind;
	readonly say: (line: string) => void;
}

/** What the check has to say when nodes and the key are as they were earlier. */
const expected = [/node \d+ .*is not there/, /holds \d+, after \d+ was acknowledged/, /version is \d+, not/];

/** Proves that the check can fail: all servers get earlier files back. Empty when the check saw what is lost. */
export async function seesPlantedLoss({ kind, say }: PlantedLossOptions): Promise<string[]> {
	const problems = await checkAfterLoss(kind);
	say(`${problems.length} problems found, such as ${problems[0] ?? "none"}`);
	return expected
		.filter((pattern) => !problems.some((problem) => pattern.test(problem)))
		.map((pattern) => `acknowledged writes were taken away, and no problem is like ${pattern}`);
}

async function checkAfterLoss(kind: Kind): Promise<readonly string[]> {
	const ensemble = await Ensemble.create([{ kind }, { kind }, { kind }]);
	let work: Workload | undefined;
	try {
		await startAll(ensemble);
		work = await Workload.open(ensemble);
		await work.write(50);
		await exchangeFiles(ensemble, "data", "earlier");
		await work.write(50);
		await exchangeFiles(ensemble, "earlier", "data");
		await writeApart(ensemble);
		await work.settle();
		return (await work.check()).problems;
	} finally {
		await work?.close();
		await ensemble.remove();
	}
}

async function startAll(ensemble: Ensemble): Promise<void> {
	ensemble.startAll();
	await ensemble.serving();
}

/** Servers refuse sessions that have seen a newer zxid than they have: others' writes have to make up for it. */
async function writeApart(ensemble: Ensemble): Promise<void> {
	const session = openSession({ host: "127.0.0.1", port: (await ensemble.leader()).place.clientPort });
	await Promise.all(Array.from({ length: 500 }, (_, at) => mustCall(session, "create", { path: `/apart-${at}` })));
	await session.close();
}

/** While no server runs, each one's files are copied from one of its folders to another. */
async function exchangeFiles(ensemble: Ensemble, from: string, to: string): Promise<void> {
	await Promise.all(ensemble.members.map((member) => member.kill("SIGKILL")));
	for (const { place } of ensemble.members) {
		rmSync(join(place.folder, to), { recursive: true, force: true });
		cpSync(join(place.folder, from), join(place.folder, to), { recursive: true });
	}
	await startAll(ensemble);
}
