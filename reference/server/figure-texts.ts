import { opcodes } from "../wire/opcodes.js";
import type { Connection } from "./connection.js";
import type { ServerRole } from "./contract.js";
import { type EnsembleView, membershipLines, membershipText } from "./ensemble-view.js";
import type { Insight } from "./four-letter-words.js";
import { ordersChanges, startZxid } from "./role.js";
import type { Session } from "./sessions.js";

/** How `cons` names the last operation. */
const operationNames = new Map<number, string>([
	[opcodes.create, "CREA"],
	[opcodes.delete, "DELE"],
	[opcodes.exists, "EXIS"],
	[opcodes.getData, "GETD"],
	[opcodes.setData, "SETD"],
	[opcodes.getAcl, "GETA"],
	[opcodes.setAcl, "SETA"],
	[opcodes.getChildren, "GETC"],
	[opcodes.sync, "SYNC"],
	[opcodes.ping, "PING"],
	[opcodes.getChildren2, "GETC"],
	[opcodes.multi, "MULT"],
	[opcodes.create2, "CREA"],
	[opcodes.reconfig, "RECO"],
	[opcodes.checkWatches, "CHKW"],
	[opcodes.removeWatches, "REMW"],
	[opcodes.createContainer, "CREA"],
	[opcodes.createTtl, "CREA"],
	[opcodes.multiRead, "MLTR"],
	[opcodes.setWatches, "SETW"],
	[opcodes.setWatches2, "STW2"],
	[opcodes.getEphemerals, "GETE"],
	[opcodes.getAllChildrenNumber, "GACN"],
	[opcodes.addWatch, "ADDW"],
	[opcodes.whoAmI, "WHOI"],
	[opcodes.createSession, "SESS"],
	[opcodes.closeSession, "CLOS"],
]);

function lines(items: Iterable<string>): string {
	let text = "";
	for (const item of items) text += `${item}\n`;
	return text;
}

function hex(value: number | bigint): string {
	return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

/** As java.util.Date prints a time. */
function dateText(wallMs: number): string {
	const [weekday, day, month, year, time] = new Date(wallMs).toUTCString().replace(",", "").split(" ");
	return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

export function confText({ config, capabilities }: Insight): string {
	const bytes = capabilities.directoryBytes();
	const ensemble = capabilities.ensemble?.();
	const text = lines([
		`clientPort=${config.clientPort}`,
		"secureClientPort=-1",
		`dataDir=${config.dataDir}`,
		`dataDirSize=${bytes.data}`,
		`dataLogDir=${config.dataLogDir}`,
		`dataLogSize=${bytes.log}`,
		`tickTime=${config.tickMs}`,
		`maxClientCnxns=${config.clientConnectionsMax}`,
		`minSessionTimeout=${config.sessionTimeoutMsMin}`,
		`maxSessionTimeout=${config.sessionTimeoutMsMax}`,
		`clientPortListenBacklog=${config.listenBacklog}`,
		...(ensemble === undefined ? ["serverId=0"] : membershipLines(ensemble)),
	]);
	return ensemble === undefined ? text : text + membershipText(ensemble);
}

export function dirsText({ capabilities }: Insight): string {
	const bytes = capabilities.directoryBytes();
	return lines([`datadir_size: ${bytes.data}`, `logdir_size: ${bytes.log}`]);
}

export function enviText({ config, capabilities }: Pick<Insight, "config" | "capabilities">): string {
	const entries = [["zookeeper.version", config.version] as const, ...capabilities.environment()];
	return `Environment:\n${lines(entries.map(([key, value]) => `${key}=${value}`))}`;
}

export function hashText({ digests }: Insight): string {
	return lines(digests.entries.map(({ zxid, digest }) => `${zxid.toString(16)}: ${digest}`));
}

export function srvrText(insight: Insight): string {
	return `${versionLine(insight)}${serverFigures(insight)}`;
}

export function statText(insight: Insight): string {
	const clients = [...insight.connections].map((connection) => briefLine(connection));
	return `${versionLine(insight)}Clients:\n${lines(clients)}\n${serverFigures(insight)}`;
}

function versionLine({ config }: Insight): string {
	return `Zookeeper version: ${config.version}\n`;
}

function serverFigures({ role, capabilities, figures, connections, tree }: Insight): string {
	const { minMs, averageMs, maxMs } = figures.latencies;
	return lines([
		`Latency min/avg/max: ${minMs}/${decimal(averageMs)}/${maxMs}`,
		`Received: ${figures.received}`,
		`Sent: ${figures.sent}`,
		`Connections: ${connections.count}`,
		`Outstanding: ${connections.outstanding}`,
		`Zxid: ${hex(startZxid(role, tree))}`,
		`Mode: ${modeOf(role)}`,
		`Node count: ${tree.nodeCount}`,
		...(role.type === "leader" ? [proposalSizes(capabilities.ensemble?.().proposalBytes)] : []),
	]);
}

function proposalSizes(bytes: EnsembleView["proposalBytes"]): string {
	const { last, min, max } = bytes ?? { last: -1, min: -1, max: -1 };
	return `Proposal sizes last/min/max: ${last}/${min}/${max}`;
}

/** As Apache calls a role. */
export function modeOf({ type }: ServerRole): string {
	return type === "readOnly" ? "read-only" : type;
}

/** As Java prints a double: always with a point. */
export function decimal(value: number): string {
	return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

export function consText({ connections }: Insight): string {
	return `${lines([...connections].map(fullLine))}\n`;
}

/** How `cons` names an operation; null: none yet. */
export function operationName(opcode: number | null): string {
	return opcode === null ? "NA" : (operationNames.get(opcode) ?? "UNKN");
}

function briefLine(connection: Connection): string {
	return `${address(connection)}(${countsOf(connection)})`;
}

function fullLine(connection: Connection): string {
	const { session, figures } = connection;
	if (session === null) return briefLine(connection);
	const { lastOpcode, latencies } = figures;
	const operation = operationName(lastOpcode);
	const identity = `sid=${hex(session.id)},lop=${operation},est=${connection.establishedWallMs},to=${session.timeoutMs}`;
	const last = `lcxid=${hex(figures.lastXid)},lzxid=${hex(figures.lastZxid)},lresp=${Math.floor(figures.lastResponseMs)}`;
	const times = `minlat=${latencies.minMs},avglat=${Math.floor(latencies.averageMs)},maxlat=${latencies.maxMs}`;
	const counts = countsOf(connection);
	return `${address(connection)}(${counts},${identity},${last},llat=${figures.lastLatencyMs},${times})`;
}

/** The number in brackets says whether the server reads from the link at present. */
function address({ address: host, port, session, paused }: Connection): string {
	return ` /${host.includes(":") ? `[${host}]` : host}:${port}[${session === null || paused ? 0 : 1}]`;
}

function countsOf({ waiting, figures }: Connection): string {
	return `queued=${waiting.length},recved=${figures.received},sent=${figures.sent}`;
}

export function dumpText(insight: Insight): string {
	return `${sessionsDump(insight)}${ephemeralsDump(insight)}${connectionsDump(insight)}`;
}

/** A server that does not order changes knows of sessions only what the log says. */
function sessionsDump(insight: Insight): string {
	const { role, config } = insight;
	const withLocal = config.localSessions !== "off" && role.type !== "standalone";
	const head = `SessionTracker dump:\n${withLocal ? `Local ${sessionSets(insight, true)}` : ""}`;
	if (!ordersChanges(role)) return head + loggedSessions(insight);
	return `${head}${withLocal ? "Global " : ""}${sessionSets(insight, false)}`;
}

function sessionSets({ sessions, clock }: Insight, local: boolean): string {
	const buckets = sessions.expiryBuckets
		.map(([expiryMs, items]) => [expiryMs, new Set([...items].filter((item) => item.local === local))] as const)
		.filter(([, items]) => items.size > 0);
	const describe = ({ id }: Session): string => `\t${hex(id)}`;
	return `Session Sets (${buckets.length})/(${countIn(buckets)}):\n${bucketLines(buckets, clock, describe)}`;
}

function loggedSessions({ loggedSessions: logged }: Insight): string {
	const sorted = [...logged].sort(([a], [b]) => (a < b ? -1 : 1));
	return `Global Sessions(${logged.size}):\n${lines(sorted.map(([id, timeoutMs]) => `${hex(id)}\t${timeoutMs}ms`))}`;
}

function ephemeralsDump({ tree }: Insight): string {
	const owners = [...tree.index.sessions];
	const entries = owners.flatMap((owner) => [
		`${hex(owner)}:`,
		...[...tree.index.ephemerals(owner)].map((path) => `\t${path}`),
	]);
	return `ephemeral nodes dump:\nSessions with Ephemerals (${owners.length}):\n${lines(entries)}`;
}

function connectionsDump({ connections, sessionless, clock }: Insight): string {
	const buckets = sessionless.buckets;
	const describe = (connection: Connection): string => connectionLine(connection);
	const attached = [...connections].filter((connection) => connection.session !== null);
	const counts = `(${buckets.length})/(${countIn(buckets) + attached.length})`;
	const head = `Connections dump:\nConnections Sets ${counts}:\n`;
	return head + bucketLines(buckets, clock, describe) + lines(attached.map(connectionLine));
}

function connectionLine({ address: host, port, session }: Connection): string {
	return `\tip: /${host}:${port} sessionId: ${hex(session?.id ?? 0n)}`;
}

type Buckets<T> = readonly (readonly [expiryMs: number, items: ReadonlySet<T>])[];

function countIn<T>(buckets: Buckets<T>): number {
	return buckets.reduce((sum, [, items]) => sum + items.size, 0);
}

function bucketLines<T>(buckets: Buckets<T>, clock: Insight["clock"], describe: (item: T) => string): string {
	const entries = buckets.flatMap(([expiryMs, items]) => {
		const expiryWallMs = clock.wallMs + expiryMs - clock.nowMs;
		return [`${items.size} expire at ${dateText(expiryWallMs)}:`, ...[...items].map(describe)];
	});
	return lines(entries);
}
