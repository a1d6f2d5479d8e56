import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseCommandLine } from "../../reference/runtime/command-line.js";
import { membershipOf } from "../../reference/runtime/ensemble-settings.js";
import { configure, parseZooCfg } from "../../reference/runtime/zoo-cfg.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { parseOptions } from "../run/options.js";
import { parseWorkerFlags } from "../run/worker-command.js";
import { composeDeployment } from "./testing/compose.js";
import type { Deployment, Ensemble, Run } from "./testing/deployment.js";
import { kubernetesDeployment } from "./testing/kubernetes.js";

const folder = path.join(packageRoot, "bench", "deploy");
const deployments: readonly Deployment[] = [
	composeDeployment(folder),
	kubernetesDeployment(path.join(folder, "kubernetes")),
];

for (const deployment of deployments) {
	describe(`the benchmark in ${deployment.name}`, () => {
		for (const run of deployment.runs) {
			it(`${run.name}: workers and coordinator mean the same run, and servers that are there`, () =>
				checkRun(run, deployment));
		}

		for (const ensemble of deployment.ensembles) {
			it(`${ensemble.name}: each server finds itself and the others`, () => checkEnsemble(ensemble));
		}

		it("its command lines start what there is", () => {
			const lines = deployment.commands.map(programOf).filter((line) => line[0] === "node");
			assert.ok(lines.length >= 3, `${lines.length} command lines`);
			for (const [, main = "", ...args] of lines) checkNode(main, args);
		});

		it("mounts what is declared", () => {
			assert.deepEqual(
				deployment.mounts.filter(({ declared }) => !declared),
				[],
			);
			assert.ok(deployment.mounts.length > 0);
		});
	});
}

function checkRun(run: Run, { ensembles, controls }: Deployment): void {
	const worker = parseWorkerFlags(benchArgs(run.worker, "worker"));
	const coordinator = parseOptions(benchArgs(run.coordinator, "coordinate"));
	assert.deepEqual(worker.control, coordinator.control);
	assert.equal(worker.run, coordinator.run);
	assert.equal(coordinator.workers, run.workers);
	for (const { host, port } of worker.control) assert.ok(controls.includes(`${host}:${port}`), `${host}:${port}`);
	const target = coordinator.target?.map(({ host, port }) => `${host}:${port}`);
	assert.ok(
		ensembles.some(
			({ members }) => members.map(({ host, clientPort }) => `${host}:${clientPort}`).join() === target?.join(),
		),
		`no ensemble is at ${target}`,
	);
	for (const file of [coordinator.json, coordinator.markdown, coordinator.html])
		if (file !== undefined)
			assert.ok(
				run.writes.some((place) => file.startsWith(`${place}/`)),
				`${file} goes with its container`,
			);
	assert.ok(coordinator.json !== undefined && coordinator.html !== undefined);
}

function checkEnsemble({ settings, members }: Ensemble): void {
	const temporary = mkdtempSync(path.join(tmpdir(), "zkspec-deploy-"));
	try {
		for (const [at, { host, clientPort, openPorts }] of members.entries()) {
			writeFileSync(path.join(temporary, "myid"), `${at + 1}\n`);
			const configuration = configure(parseZooCfg("zoo.cfg", settings));
			assert.deepEqual(configuration.notes, []);
			const membership = membershipOf(configuration, temporary);
			assert.ok(membership.type === "member");
			const { own, config } = membership;
			assert.equal(config.members.size, members.length);
			const [address] = own.addresses;
			assert.equal(address.host, host);
			for (const port of [clientPort, address.quorumPort, address.electionPort])
				assert.ok(openPorts === undefined || openPorts.includes(port), `${host} does not open ${port}`);
			assert.equal(own.client?.port ?? configuration.settings.clientPort, clientPort);
		}
	} finally {
		rmSync(temporary, { recursive: true });
	}
}

/** What a container runs in the end: a shell's text ends with what it becomes. */
function programOf(command: readonly string[]): readonly string[] {
	const [shell, flag, text] = command;
	if (shell !== "sh" || flag !== "-c" || text === undefined) return command;
	assert.equal(spawnSync("sh", ["-n", "-c", text]).status, 0, text);
	return text.replace(/^.*\bexec /s, "").split(" ");
}

function checkNode(main: string, args: readonly string[]): void {
	if (main === "-e") return;
	assert.ok(existsSync(path.join(packageRoot, main)), `there is no ${main}`);
	if (main.includes("/runtime/")) assert.equal(serverSettings(args), "/conf/zoo.cfg");
	else if (args[0] === "worker") parseWorkerFlags(args.slice(1));
	else parseOptions(benchArgs([main, ...args], "coordinate"));
}

/** The settings' file; it need not be here. */
function serverSettings(args: readonly string[]): string | undefined {
	const [file, ...others] = args;
	parseCommandLine(others);
	return file;
}

function benchArgs(command: readonly string[], word: string): readonly string[] {
	const at = command.indexOf("dist/bench/run/main.js");
	assert.equal(command[at + 1], word, command.join(" "));
	return command.slice(at + 2);
}

describe("a deployment's check", () => {
	it("refuses what the command line refuses", () => {
		assert.throws(() => checkNode("dist/bench/run/main.js", ["worker", "--controls", "a:1"]), /unknown option/);
		assert.throws(() => checkNode("dist/bench/run/main.js", ["coordinate", "--control", "a:b"]), /--control/);
		assert.throws(() => checkNode("dist/bench/run/gone.js", []), /there is no/);
		assert.throws(
			() => checkNode("dist/reference/runtime/main.js", ["/conf/zoo.cfg", "--ports", "1"]),
			/unknown option/,
		);
	});

	it("knows that the image's file builds what they start", () => {
		assert.match(readFileSync(path.join(folder, "Dockerfile"), "utf8"), /^WORKDIR \/zkspec$/m);
	});
});
