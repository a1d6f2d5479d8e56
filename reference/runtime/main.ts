#!/usr/bin/env node
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { type Invocation, parseCommandLine } from "./command-line.js";
import { ConfigError } from "./config-error.js";
import { openDataFolders } from "./data-folders.js";
import { exitCodes, StartError } from "./exit-codes.js";
import type { Settings } from "./settings.js";
import { startStandalone } from "./standalone.js";
import { configure } from "./zoo-cfg.js";

try {
	run(parseCommandLine(process.argv.slice(2)));
} catch (error) {
	process.exitCode = reportFailure(error);
}

function run(invocation: Invocation): void {
	const { settings, notes } = configure(invocation.assignments);
	if (settings.clientPort === undefined)
		throw new ConfigError("configuration", "clientPort is not set (in zoo.cfg, or with --port)");
	for (const note of notes) console.error(note);
	const dataDir = dataDirOf(invocation, settings);
	const folders = openDataFolders(dataDir, invocation.ephemeralData ? undefined : settings.dataLogDir);
	const stop = startStandalone(settings, folders, {
		onListening: (port) => console.log(readyLine(settings, port, dataDir)),
		onStopped: () => process.exit(exitCodes.ok),
		onFailed: (error) => process.exit(reportFailure(error)),
		onNote: (line) => console.error(line),
	});
	process.on("SIGTERM", stop);
	process.on("SIGINT", stop);
	if (invocation.untilStdinEnds) process.stdin.on("end", stop).on("error", stop).resume();
}

function dataDirOf(invocation: Invocation, settings: Settings): string {
	if (invocation.ephemeralData) return makeEphemeralFolder();
	if (settings.dataDir !== undefined) return settings.dataDir;
	throw new ConfigError("configuration", "dataDir is not set (in zoo.cfg, or with --data-dir or --ephemeral-data)");
}

function makeEphemeralFolder(): string {
	const folder = fs.mkdtempSync(join(tmpdir(), "zkspec-data-"));
	process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function readyLine({ clientPortAddress }: Settings, port: number, dataDir: string): string {
	const address = clientPortAddress ?? "127.0.0.1";
	const shown = address.includes(":") ? `[${address}]` : address;
	return `listening on ${shown}:${port} pid=${process.pid} dataDir=${dataDir}`;
}

/** One line, and the code to end with. Anything else is a defect of this program and shows its stack. */
function reportFailure(error: unknown): number {
	if (error instanceof CommanderError) return exitCodes.ok;
	if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
	console.error(error.message);
	return error instanceof StartError ? error.exitCode : exitCodes.invalidInvocation;
}
