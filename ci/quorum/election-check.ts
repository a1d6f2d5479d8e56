import { findFreePorts } from "../../conformance/drivers/free-ports.js";
import { encodeUtf8 } from "../../reference/lib/utf8.js";
import { epoch, epochOf, serverId, zxid } from "../../reference/model/ids.js";
import type { Elector } from "../../reference/zab/elector.js";
import { configText, type EnsembleConfig, parseConfigText, withVersion } from "../../reference/zab/ensemble-config.js";
import { encodeInitialMessage, readInitialMessage } from "../../reference/zab/initial-message.js";
import { encodeNotification, maybeNotification, type Notification } from "../../reference/zab/notification.js";
import { type ApacheMember, startApacheMember } from "./apache-member.js";
import { ElectorMember, type HeardMessage } from "./elector-member.js";

const timings: ConstructorParameters<typeof Elector>[0]["timings"] = {
	tickMs: 500,
	initLimit: 6,
	syncLimit: 4,
	finalizeWaitMs: 200,
	notificationMsMin: 200,
	notificationMsMax: 60_000,
	connectTimeoutMs: 5000,
};
const stepTimeoutMs = 40_000;

type Say = (line: string) => void;

/**
 * Three elections with Apache servers 1 and 2, this project's elector on the other side: as 3 with the longest log, which
 * is to lead; as 3 that comes later, and finds who leads; as observer 4. Returns what went wrong.
 */
export async function checkElections(version: string, folder: string, say: Say): Promise<string[]> {
	const ports = await findFreePorts(10);
	const servers = serverLines(ports);
	const config = parseConfigText(servers);
	const apaches = [1, 2].map((id) => startApacheMember(version, folder, id, ports[7 + id] ?? 0, servers));
	const heard: HeardMessage[] = [];
	try {
		await elected(config, apaches, heard, say);
		await until("Apache has a leader", () => apaches.every((one) => one.log().includes("ing - broadcast")));
		await late(config, heard, say);
	} catch (error) {
		if (error instanceof CheckFailed) return [error.message, ...apaches.map((one) => tail(one.log()))];
		throw error;
	} finally {
		await Promise.all(apaches.map((one) => one.stop()));
	}
	say(`${heard.length} messages of Apache ${version} were read and written again`);
	return heard.flatMap((message) => differences(message, config));
}

class CheckFailed extends Error {
	override readonly name = "CheckFailed";
}

async function elected(
	config: EnsembleConfig,
	apaches: ApacheMember[],
	heard: HeardMessage[],
	say: Say,
): Promise<void> {
	const member = new ElectorMember(serverId(3), config, timings);
	try {
		member.start({ zxid: zxid(0x1_0000_0005), peerEpoch: epoch(1) });
		await until("server 3 is elected", () => member.decided[0]?.state === "leading", member);
		const seen = "n.leader:3, n.round:0x1, n.peerEpoch:0x1, n.zxid:0x100000005, message format version:0x2";
		const follow = (one: ApacheMember) => one.log().includes(seen) && /^.* FOLLOWING$/m.test(one.log());
		await until("both say that they follow", () => apaches.every(follow), member);
		say(`as server 3: ${member.decided[0]?.line}`);
	} finally {
		member.end();
		heard.push(...member.heard);
	}
}

async function late(config: EnsembleConfig, heard: HeardMessage[], say: Say): Promise<void> {
	for (const [id, state] of [
		[3, "following"],
		[4, "observing"],
	] as const) {
		const member = new ElectorMember(serverId(id), config, timings);
		try {
			member.start({ zxid: zxid(0), peerEpoch: epoch(0) });
			const found = () => member.decided[0]?.leader === 2 && member.decided[0].state === state;
			await until(`server ${id} finds the leader`, found, member);
			say(`as server ${id}: ${member.decided[0]?.line}`);
		} finally {
			member.end();
			heard.push(...member.heard);
		}
	}
}

/** What Apache sent must be what this project would have sent in its place, byte by byte. */
function differences({ type, bytes }: HeardMessage, config: EnsembleConfig): string[] {
	const again = type === "initial" ? initialAgain(bytes) : notificationAgain(bytes, config);
	return again !== undefined && Buffer.compare(again, bytes) === 0
		? []
		: [
				`${type}: Apache sent\n${Buffer.from(bytes).toString("hex")}, this project\n${Buffer.from(again ?? []).toString("hex")}`,
			];
}

function initialAgain(bytes: Uint8Array): Uint8Array | undefined {
	const initial = readInitialMessage(bytes);
	return initial.type === "from" ? encodeInitialMessage(initial.id, initial.addresses.join("|")) : undefined;
}

function notificationAgain(bytes: Uint8Array, config: EnsembleConfig): Uint8Array | undefined {
	const heard = maybeNotification(bytes);
	return heard === undefined ? undefined : encodeNotification(heard, encodeUtf8(textAgain(heard, config)));
}

/** Once there was a leader, its first epoch is the version of a configuration that had none. */
function textAgain({ config: text = "" }: Notification, config: EnsembleConfig): string {
	const { version } = parseConfigText(text);
	return epochOf(version) * 2 ** 32 === version ? configText(withVersion(config, version)) : "";
}

async function until(what: string, condition: () => boolean, member?: ElectorMember): Promise<void> {
	const deadlineMs = performance.now() + stepTimeoutMs;
	while (!condition()) {
		if (performance.now() > deadlineMs) {
			const lines = [...(member?.decided.map(({ line }) => line) ?? []), ...(member?.notes ?? [])];
			throw new CheckFailed(`not within ${stepTimeoutMs} ms: ${what}; it said: ${lines.join(" | ")}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

function serverLines(ports: readonly number[]): string {
	const roles = ["participant", "participant", "participant", "observer"];
	const line = (role: string, i: number) => `server.${i + 1}=127.0.0.1:${ports[2 * i]}:${ports[2 * i + 1]}:${role}\n`;
	return roles.map(line).join("");
}

const tail = (log: string): string => log.trimEnd().split("\n").slice(-15).join("\n");
