import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fourLetterWord } from "../../conformance/drivers/four-letter-word.js";
import { findFreePorts } from "../../conformance/drivers/free-ports.js";
import { makeTemporaryFolder } from "../../conformance/drivers/temporary-folder.js";
import { classPath, unavailable } from "./class-path.js";
import { spawnTied } from "./tied-process.js";

const startTimeoutMs = 30_000;
const pollMs = 50;

/** An Apache ZooKeeper that was started here. */
export interface ApacheServer {
	readonly version: string;
	/** `127.0.0.1:port` */
	readonly address: string;
	readonly pid: number;
	/** Holds `zoo.cfg`, `data/` and `zookeeper.log`. */
	readonly folder: string;
	/** Ends it with SIGTERM (or the given signal) and removes the folder, unless the folder was given. */
	stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ApacheOptions {
	/** Keeps configuration, data and log here instead of a temporary folder. */
	readonly folder?: string;
	/** Lines of zoo.cfg beside or instead of the standard ones. */
	readonly settings?: Readonly<Record<string, string>>;
	/** Java's properties beside or instead of the standard ones, without `-D`. */
	readonly properties?: Readonly<Record<string, string>>;
	/** Leaves it running when this process ends. */
	readonly detached?: boolean;
}

/** The server is not available, ended early, or did not answer in time. */
export class ApacheStartError extends Error {
	override readonly name = "ApacheStartError";
}

/** Starts a standalone server, set up as the conformance suite wants it, and waits until it answers `srvr`. */
export async function startApache(version: string, options: ApacheOptions = {}): Promise<ApacheServer> {
	const reason = unavailable(version);
	if (reason !== undefined) throw new ApacheStartError(reason);
	const own = options.folder === undefined ? makeTemporaryFolder("zkspec-apache") : undefined;
	const folder = options.folder ?? own?.path ?? "";
	if (options.detached) own?.keep();
	const [port = 0] = await findFreePorts(1);
	writeConfiguration(folder, port, options.settings ?? {});
	const child = launchApache(version, folder, options);
	const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
		await end(child, signal);
		own?.remove();
	};
	try {
		await answering(child, folder, port);
	} catch (error) {
		await stop("SIGKILL");
		throw error;
	}
	return { version, address: `127.0.0.1:${port}`, pid: child.pid ?? 0, folder, stop };
}

function writeConfiguration(folder: string, port: number, settings: Readonly<Record<string, string>>): void {
	mkdirSync(join(folder, "data"), { recursive: true });
	const all = {
		dataDir: join(folder, "data"),
		clientPort: String(port),
		clientPortAddress: "127.0.0.1",
		tickTime: "500",
		minSessionTimeout: "1000",
		maxClientCnxns: "60",
		"4lw.commands.whitelist": "*",
		"admin.enableServer": "false",
		enforceQuota: "true",
		...settings,
	};
	const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
	writeFileSync(join(folder, "zoo.cfg"), lines.join(""));
}

/** Warnings, and what the given packages say at INFO. */
function writeLogging(folder: string, talkative: readonly string[]): void {
	const log4j = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %c %m%n
${talkative.map((name) => `log4j.logger.${name}=INFO\n`).join("")}`;
	const logback = `<configuration>
	<appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %p %c %m%n</pattern></encoder></appender>
	${talkative.map((name) => `<logger name="${name}" level="INFO"/>`).join("")}
	<root level="WARN"><appender-ref ref="out"/></root>
</configuration>
`;
	writeFileSync(join(folder, "log4j.properties"), log4j);
	writeFileSync(join(folder, "logback.xml"), logback);
}

/** Many of them side by side. */
export const smallJava: readonly string[] = ["-Xmx256m", "-XX:+UseSerialGC"];

export interface ApacheLaunch {
	readonly properties?: Readonly<Record<string, string>>;
	readonly detached?: boolean;
	/** Java's own options instead of `smallJava`. */
	readonly java?: readonly string[];
	/** Packages whose log lines at INFO are wanted. */
	readonly talkative?: readonly string[];
	/** Stands before its command line. */
	readonly prefix?: readonly string[];
}

/** Starts Java on the folder's `zoo.cfg`; what it says is appended to `zookeeper.log` there. */
export function launchApache(version: string, folder: string, options: ApacheLaunch): ChildProcess {
	const { detached = false, properties = {}, java = smallJava, talkative = [], prefix = [] } = options;
	writeLogging(folder, talkative);
	const log = openSync(join(folder, "zookeeper.log"), "a");
	const [program = "", ...args] = [...prefix, "java", ...java, ...javaArguments(version, folder, properties)];
	const spawned = { cwd: folder, detached, stdio: ["ignore", log, log] satisfies StdioOptions };
	const child = detached ? spawn(program, args, spawned) : spawnTied(program, args, spawned);
	closeSync(log);
	if (detached) child.unref();
	return child;
}

function javaArguments(version: string, folder: string, own: Readonly<Record<string, string>>): string[] {
	const digest = createHash("sha1").update("super:zkspec").digest("base64");
	const properties = {
		"zookeeper.admin.enableServer": "false",
		"zookeeper.extendedTypesEnabled": "true",
		"zookeeper.DigestAuthenticationProvider.superDigest": `super:${digest}`,
		"znode.container.checkIntervalMs": "500",
		"java.awt.headless": "true",
		...own,
	};
	return [
		...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
		"-cp",
		`${folder}:${classPath(version)}`,
		"org.apache.zookeeper.server.quorum.QuorumPeerMain",
		join(folder, "zoo.cfg"),
	];
}

async function answering(child: ChildProcess, folder: string, port: number): Promise<void> {
	const deadlineMs = performance.now() + startTimeoutMs;
	while (performance.now() < deadlineMs) {
		if (child.exitCode !== null) throw new ApacheStartError(`it ended with code ${child.exitCode}: ${logTail(folder)}`);
		if ((await fourLetterWord({ host: "127.0.0.1", port }, "srvr")).startsWith("Zookeeper version")) return;
		await new Promise((resolve) => setTimeout(resolve, pollMs));
	}
	throw new ApacheStartError(`no answer within ${startTimeoutMs} ms: ${logTail(folder)}`);
}

function logTail(folder: string): string {
	const log = join(folder, "zookeeper.log");
	return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-5).join("\n") : "";
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = once(child, "exit");
	child.kill(signal);
	await exited;
}
