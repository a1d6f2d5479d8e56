import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../spec/load/package-root.js";

/** A bundled server that runs as a child process. */
export interface BundledServer {
	readonly host: string;
	readonly port: number;
	/** `host:port` */
	readonly address: string;
	readonly pid: number;
	readonly dataDir: string;
	/** Lines that it wrote to standard error so far. */
	readonly log: readonly string[];
	/** Resolves with the exit code, or the signal, once it has ended. */
	readonly ended: Promise<number | string>;
	/** Ends it with SIGTERM (or the given signal) and removes its data, unless the folder was given. */
	stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface BundledOptions {
	/** Keys of zoo.cfg beside or instead of `bundledSettings`. */
	readonly settings?: Readonly<Record<string, string>>;
	/** Keeps the data here instead of in a temporary folder. */
	readonly dataDir?: string;
	/** 0, the default, is any free port. */
	readonly port?: number;
}

/** The bundled server ended before it was ready, or was not ready in time. */
export class BundledStartError extends Error {
	override readonly name = "BundledStartError";
}

const startTimeoutMs = 10_000;
const stopTimeoutMs = 5000;
const superPassword = "super:zkspec";

/** What the conformance suite wants of its own server; `super:zkspec` is the super user. */
export const bundledSettings: Readonly<Record<string, string>> = {
	tickTime: "500",
	minSessionTimeout: "1000",
	maxSessionTimeout: "10000",
	maxClientCnxns: "60",
	"4lw.commands.whitelist": "*",
	enforceQuota: "true",
	extendedTypesEnabled: "true",
	"znode.container.checkIntervalMs": "500",
	"DigestAuthenticationProvider.superDigest": `super:${createHash("sha1").update(superPassword).digest("base64")}`,
};

/**
 * Starts the bundled server on the loopback address and waits until clients may come. It ends with this process,
 * however that ends.
 * @throws BundledStartError with what it said
 */
export async function startBundled(options: BundledOptions = {}): Promise<BundledServer> {
	const child = launch(options);
	const log: string[] = [];
	createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
	const ended = new Promise<number | string>((resolve) => {
		child.once("close", (code, signal) => resolve(code ?? signal ?? 0));
	});
	const ready = parseReady(await readyLine(child, ended, log));
	const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
		await end(child, ended, signal);
		if (options.dataDir === undefined) rmSync(ready.dataDir, { recursive: true, force: true });
	};
	return { ...ready, address: `${ready.host}:${ready.port}`, log, ended, stop };
}

function launch(options: BundledOptions) {
	const main = path.join(packageRoot, "dist", "reference", "runtime", "main.js");
	const data = options.dataDir === undefined ? ["--ephemeral-data"] : ["--data-dir", options.dataDir];
	const settings = Object.entries({ ...bundledSettings, ...options.settings });
	const flags = ["--port", String(options.port ?? 0), "--host", "127.0.0.1", "--until-stdin-ends", ...data];
	const sets = settings.flatMap(([key, value]) => ["--set", `${key}=${value}`]);
	return spawn(process.execPath, [main, ...flags, ...sets], { stdio: ["pipe", "pipe", "pipe"] });
}

async function readyLine(
	child: ReturnType<typeof launch>,
	ended: Promise<number | string>,
	log: readonly string[],
): Promise<string> {
	let timer: NodeJS.Timeout | undefined;
	const failure = (what: string): BundledStartError => new BundledStartError([what, ...log].join("\n"));
	try {
		return await Promise.race([
			new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
			ended.then((code) => Promise.reject(failure(`the bundled server ended (${code}) before it was ready`))),
			new Promise<never>((_, reject) => {
				timer = setTimeout(() => reject(failure(`not ready within ${startTimeoutMs} ms`)), startTimeoutMs);
			}),
		]);
	} catch (error) {
		child.kill("SIGKILL");
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

function parseReady(line: string): Pick<BundledServer, "host" | "port" | "pid" | "dataDir"> {
	const match = /^listening on (.+):(\d+) pid=(\d+) dataDir=(.+)$/.exec(line);
	const [, host, port, pid, dataDir] = match ?? [];
	if (host === undefined || dataDir === undefined) throw new BundledStartError(`not a ready line: ${line}`);
	return { host, port: Number(port), pid: Number(pid), dataDir };
}

async function end(child: ChildProcess, ended: Promise<number | string>, signal: NodeJS.Signals): Promise<void> {
	child.kill(signal);
	const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
	await ended;
	clearTimeout(timer);
}
