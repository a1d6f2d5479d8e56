import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readFaults } from "../../spec/load/faults.js";
import { type BundledEnsemble, startBundledEnsemble } from "./bundled-ensemble.js";
import { startCommandsDriver } from "./commands-driver.js";
import { type EnsembleDriver, type Fault, FaultError } from "./ensemble-driver.js";
import { startExternalDriver } from "./external-driver.js";
import { fourLetterWord } from "./four-letter-word.js";
import { makeTemporaryFolder, type TemporaryFolder } from "./temporary-folder.js";
import { until } from "./testing/far.js";

const timeoutMs = 60_000;
const last = (n: number): number => n - 1;

describe("drivers for servers that somebody else runs", function () {
	this.timeout(timeoutMs);
	let ensemble: BundledEnsemble;
	let folder: TemporaryFolder;
	let driver: EnsembleDriver | undefined;

	before(async () => {
		folder = makeTemporaryFolder("zkspec-foreign");
		ensemble = await startBundledEnsemble({ servers: 2, observers: 1 });
	});
	afterEach(async () => {
		await driver?.stop();
		driver = undefined;
		rmSync(path.join(folder.path, "log"), { force: true });
	});
	after(async () => {
		await ensemble.stop();
		folder.remove();
	});

	const addresses = () => ensemble.members.map(({ host, port }) => ({ host, port }));
	const logFile = (): string => path.join(folder.path, "log");
	const log = (): string[] => (existsSync(logFile()) ? readFileSync(logFile(), "utf8").split("\n").slice(0, -1) : []);
	const perform = async (fault: Fault): Promise<string> => (await driver?.perform(fault, last))?.text ?? "";

	/** Its commands only tell what they would do, but for those that pause. */
	function writeFaults(): string {
		const file = path.join(folder.path, "faults.yaml");
		const lines = [
			"zkspec: faults/v1",
			"title: servers of a test",
			"timeout: 500ms",
			`servers: [${ensemble.members.map(({ pid }) => `{ pid: ${pid} }`).join(", ")}]`,
			"facts: { tickTime: 1 }",
			"commands:",
			"  pause: kill -STOP {pid}",
			"  resume: kill -CONT {pid}",
			`  kill: echo kill {server} >> ${logFile()}`,
			"  stop: echo sorry; exit 3",
			`  start: echo start {server} at {host} {port} >> ${logFile()}`,
			`  partition: echo part {server} from {servers} >> ${logFile()}`,
			`  heal: echo heal {server} >> ${logFile()}`,
			`  slowFlush: echo flush {server} {ms} >> ${logFile()}`,
			"  diskFull: sleep 60",
			`  diskFree: echo free {server} >> ${logFile()}`,
		];
		writeFileSync(file, lines.join("\n"));
		return file;
	}

	it("without commands, can do what proxies can, and knows what the servers tell", async () => {
		driver = await startExternalDriver(addresses());
		assert.deepEqual([...driver.abilities], ["cut", "delay", "halfOpen", "refuse", "open", "swap"]);
		assert.deepEqual(
			driver.members.map(({ votes }) => votes),
			[true, true, false],
		);
		assert.equal(driver.facts.tickTime, 500);
		assert.equal(await perform({ swap: [1, "observer"] }), "clients of 1 are led to 3");
		const [door] = driver.members;
		assert.ok(door !== undefined);
		assert.match(await fourLetterWord(door.address, "srvr"), /^Mode: observer$/m);
		await driver.heal();
		assert.match(await fourLetterWord(door.address, "srvr"), /^Mode: (leader|follower)$/m);
		await assert.rejects(perform({ kill: 1 }), /external can not do this: kill/);
	});

	it("with commands, runs them for the servers that are meant", async () => {
		driver = await startCommandsDriver(addresses(), readFaults(writeFaults()));
		assert.equal(driver.facts.tickTime, 1);
		await perform({ partition: [[1], [2, 3]] });
		await perform({ oneWay: [1, 2] });
		await perform({ slowFlush: 3, ms: 7 });
		await perform({ kill: 2 });
		await driver.heal();
		const { host, port } = addresses()[1] ?? assert.fail();
		assert.deepEqual(log(), [
			"part 1 from 2 3",
			"part 2 from 1",
			"part 3 from 1",
			"part 2 from 1",
			"flush 3 7",
			"kill 2",
			"heal 1",
			"heal 2",
			"heal 3",
			"flush 3 0",
			`start 2 at ${host} ${port}`,
		]);
	});

	it("heals when it stops", async () => {
		driver = await startCommandsDriver(addresses(), readFaults(writeFaults()));
		await perform({ pause: "observer" });
		await perform({ oneWay: [1, 2] });
		await driver.stop();
		assert.deepEqual(log(), ["part 2 from 1", "heal 2"]);
		assert.match(await fourLetterWord(addresses()[2] ?? assert.fail(), "srvr"), /^Mode: observer$/m);
	});

	it("says which command failed, and what it said", async () => {
		driver = await startCommandsDriver(addresses(), readFaults(writeFaults()));
		const failure = (fault: Fault) =>
			perform(fault).then(assert.fail, (error: unknown) => (error instanceof FaultError ? error.message : error));
		assert.equal(await failure({ stop: 1 }), "ended with 3: echo sorry; exit 3\nsorry");
		assert.equal(await failure({ diskFull: 2 }), "took longer than 500 ms: sleep 60");
		await driver.heal();
		assert.deepEqual(log(), ["free 2", `start 1 at 127.0.0.1 ${addresses()[0]?.port}`]);
	});

	it("runs what undoes it when the program is killed", async () => {
		const faults = [{ partition: [[1], [2, 3]] }, { pause: "observer" }, { kill: 2 }];
		const main = fileURLToPath(new URL("testing/commands.js", import.meta.url));
		const args = [main, writeFaults(), JSON.stringify(addresses()), JSON.stringify(faults)];
		const program = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
		await once(program.stdout, "data");
		program.kill("SIGKILL");
		const undone = ["heal 1", "heal 2", "heal 3", `start 2 at 127.0.0.1 ${addresses()[1]?.port}`];
		await until(() => undone.every((line) => log().includes(line)), timeoutMs);
		const paused = addresses()[2] ?? assert.fail();
		await until(async () => /^Mode: observer$/m.test(await fourLetterWord(paused, "srvr")), timeoutMs);
	});
});
