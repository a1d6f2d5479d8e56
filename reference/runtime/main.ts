#!/usr/bin/env node
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { CommanderError } from "commander";
import { setCrc32OfMany } from "../lib/crc32.js";
import type { ServerRole } from "../server/contract.js";
import { type Invocation, parseCommandLine } from "./command-line.js";
import { ConfigError } from "./config-error.js";
import { dataBytes, openDataFolders } from "./data-folders.js";
import { startMember } from "./ensemble-member.js";
import { membershipOf } from "./ensemble-settings.js";
import { exitCodes, StartError } from "./exit-codes.js";
import { keepHeapRoom } from "./heap-room.js";
import { type LaunchOptions, launch } from "./launch.js";
import type { ServerEvents } from "./server-parts.js";
import type { Settings } from "./settings.js";
import { startStandalone } from "./standalone.js";
import { configure } from "./zoo-cfg.js";

/** npm and shells that are killed do not pass it on: nobody would be there to end the members. */
const parentCheckMs = 500;

/** Servers that share a folder remove it at the same time. */
const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

try {
	const invocation = parseCommandLine(process.argv.slice(2));
	if (invocation.launch === undefined) runServer(invocation);
	else await runEnsemble(invocation.launch, invocation);
} catch (error) {
	process.exitCode = reportFailure(error);
}

function runServer(invocation: Invocation): void {
	const configuration = configure(invocation.assignments);
	const dataDir = dataDirOf(invocation, configuration.settings);
	const membership = membershipOf(configuration, dataDir);
	const { settings } = membership;
	if (settings.clientPort === undefined)
		throw new ConfigError("configuration", "clientPort is not set (in zoo.cfg, or with --port)");
	const isMember = membership.type === "member";
	const note = isMember ? timedNote : (line: string): void => console.error(line);
	for (const line of [...configuration.notes, ...membership.notes]) note(line);
	const folders = openDataFolders(dataDir, invocation.ephemeralData ? undefined : settings.dataLogDir);
	const events = eventsOf(dataDir, note);
	setCrc32OfMany(crc32);
	keepHeapRoom(dataBytes(folders));
	stopWhenAsked(
		invocation,
		isMember
			? startMember(membership, invocation.configFile, folders, events)
			: startStandalone(settings, folders, events),
	);
}

async function runEnsemble(options: LaunchOptions, invocation: Invocation): Promise<void> {
	const stop = await launch(options, {
		onReady: (connectString) => console.log(connectString),
		onNote: (line) => console.error(line),
		onEnded: (exitCode) => process.exit(exitCode),
	});
	stopWhenAsked(invocation, stop);
	const parent = process.ppid;
	setInterval(() => process.ppid !== parent && stop(), parentCheckMs).unref();
}

function stopWhenAsked({ untilStdinEnds, orphanFolder }: Invocation, stop: () => void): void {
	process.on("SIGTERM", stop);
	process.on("SIGINT", stop);
	if (!untilStdinEnds) return;
	const orphaned = (): void => {
		if (orphanFolder !== undefined) process.on("exit", () => fs.rmSync(orphanFolder, removal));
		stop();
	};
	process.stdin.on("end", orphaned).on("error", orphaned).resume();
}

function eventsOf(dataDir: string, onNote: (line: string) => void): ServerEvents {
	let listening = false;
	return {
		onServing: (settings, role) => {
			if (!listening) console.log(readyLine(settings, dataDir));
			listening = true;
			if (role !== undefined) console.log(roleLine(role));
		},
		onRoleEnded: () => console.log("not serving"),
		onStopped: () => process.exit(exitCodes.ok),
		onFailed: (error) => process.exit(reportFailure(error)),
		onNote,
	};
}

function timedNote(line: string): void {
	console.error(`${new Date().toISOString()} ${line}`);
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

function readyLine({ clientPortAddress, clientPort }: Settings, dataDir: string): string {
	const address = clientPortAddress ?? "127.0.0.1";
	const shown = address.includes(":") ? `[${address}]` : address;
	return `listening on ${shown}:${clientPort} pid=${process.pid} dataDir=${dataDir}`;
}

function roleLine(role: ServerRole): string {
	return `serving as ${role.type}${role.type === "leader" ? ` epoch=${role.epoch}` : ""}`;
}

/** One line, and the code to end with. Anything else is a defect of this program and shows its stack. */
function reportFailure(error: unknown): number {
	if (error instanceof CommanderError) return exitCodes.ok;
	if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
	console.error(error.message);
	return error instanceof StartError ? error.exitCode : exitCodes.invalidInvocation;
}
