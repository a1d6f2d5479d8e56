import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { BundledProcess } from "./bundled-process.js";

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
	"admin.enableServer": "false",
	"DigestAuthenticationProvider.superDigest": `super:${createHash("sha1").update(superPassword).digest("base64")}`,
};

/**
 * Starts the bundled server on the loopback address and waits until clients may come. It ends with this process,
 * however that ends.
 * @throws BundledStartError with what it said
 */
export async function startBundled(options: BundledOptions = {}): Promise<BundledServer> {
	const data = options.dataDir === undefined ? ["--ephemeral-data"] : ["--data-dir", options.dataDir];
	const settings = Object.entries({ ...bundledSettings, ...options.settings });
	const sets = settings.flatMap(([key, value]) => ["--set", `${key}=${value}`]);
	const child = new BundledProcess(["--port", String(options.port ?? 0), "--host", "127.0.0.1", ...data, ...sets]);
	const ready = await mustBeReady(child);
	const stop = async (signal?: NodeJS.Signals): Promise<void> => {
		await child.stop(signal);
		if (options.dataDir === undefined) rmSync(ready.dataDir, { recursive: true, force: true });
	};
	return { ...ready, address: `${ready.host}:${ready.port}`, log: child.log, ended: child.ended, stop };
}

async function mustBeReady(child: BundledProcess): Promise<Pick<BundledServer, "host" | "port" | "pid" | "dataDir">> {
	try {
		const line = await child.line(/^listening on (.+):(\d+) pid=(\d+) dataDir=(.+)$/);
		const [, host = "", port, pid, dataDir = ""] = line;
		return { host, port: Number(port), pid: Number(pid), dataDir };
	} catch (error) {
		child.signal("SIGKILL");
		throw error;
	}
}
