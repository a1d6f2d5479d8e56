/**
 * Writes golden bytes of a running Apache ZooKeeper to standard output:
 * node dist/ci/golden/main.js <host:port> <version> <class path of the Java command line client>
 * The server should have extended types and reconfiguration enabled and the super digest of `super:secret`.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Document, isMap, isScalar, visit } from "yaml";
import { Codec } from "../../conformance/client/codec.js";
import { type Address, Connection } from "../../conformance/client/connection.js";
import { type Message, MessageReader } from "../../conformance/client/message.js";
import { plainOf } from "../../conformance/client/value.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { type Recorded, RecordingProxy } from "./recording-proxy.js";
import { javaCommands, ownSteps } from "./steps.js";

const codec = new Codec(loadWireSpec());
const waitMs = 10_000;

type Golden = { readonly key: string; readonly entry: object };

async function recordJava(proxy: RecordingProxy, port: number, classPath: string): Promise<void> {
	const args = ["-cp", classPath, "org.apache.zookeeper.ZooKeeperMain", "-server", `127.0.0.1:${port}`];
	const java = spawn("java", args, { stdio: ["pipe", "ignore", "ignore"] });
	const exited = new Promise((resolve) => java.once("exit", resolve));
	for (const command of javaCommands) {
		if (command === "!cut") proxy.cut();
		else java.stdin.write(`${command}\n`);
		await quiet(proxy);
	}
	await exited;
}

/** The command line client shows no prompt without a terminal, so its silence is the sign that a command is done. */
async function quiet(proxy: RecordingProxy): Promise<void> {
	let count = -1;
	while (count !== proxy.recorded.length || count === 0) {
		count = proxy.recorded.length;
		await sleep(400);
	}
}

async function recordOwn(address: Address): Promise<void> {
	const refused = await Connection.open(address, { connectTimeoutMs: waitMs });
	refused.writeFrame(codec.encodeRecord("ConnectRequest", { sessionId: 1 }));
	await refused.nextFrame(waitMs);
	refused.destroy();
	const connection = await Connection.open(address, { connectTimeoutMs: waitMs });
	connection.writeFrame(codec.encodeRecord("ConnectRequest", { readOnly: false }));
	for (const [index, { operation, fields }] of ownSteps.entries()) {
		const { code, xid } = codec.operation(operation);
		const header = codec.encodeRecord("RequestHeader", { xid: xid ?? index + 1, type: code });
		connection.writeFrame(Buffer.concat([header, codec.encodeRequest(operation, fields, { defaults: true })]));
		await connection.nextFrame(waitMs);
	}
	await connection.closed;
}

function goldens(recorded: readonly Recorded[], client: string): readonly Golden[] {
	const readers = new Map<number, MessageReader>();
	return recorded.flatMap(({ connection, direction, bytes }) => {
		const reader = readers.get(connection) ?? new MessageReader(codec);
		readers.set(connection, reader);
		const message = direction === "sent" ? reader.sent(bytes) : reader.received(bytes);
		return goldenOf(message, bytes, direction === "sent" ? client : "server");
	});
}

function goldenOf(message: Message, bytes: Uint8Array, by: string): readonly Golden[] {
	if (message.kind === "unreadable" || message.rest.length > 0) {
		return [];
	}
	const { header, operation } = headerOf(message);
	const body = plainOf(message.body);
	const shape = message.kind === "reply" && header !== undefined ? `${header.err} ${resultTypes(body)}` : "";
	const kind = message.kind === "event" ? String(message.body.type) : "";
	const refused = message.kind === "connectReply" && message.body.sessionId === 0n ? "refused" : "";
	return [
		{
			key: [message.kind, operation, shape, kind, refused, by].join("|"),
			entry: {
				message: message.kind,
				...(operation === undefined ? {} : { operation }),
				by,
				...(header === undefined ? {} : { header }),
				body,
				hex: Buffer.from(bytes).toString("hex"),
			},
		},
	];
}

interface Headed {
	readonly operation?: string | undefined;
	readonly header?: { readonly xid: number; readonly type?: number; readonly zxid?: bigint; readonly err?: number };
}

function headerOf(message: Exclude<Message, { kind: "unreadable" }>): Headed {
	switch (message.kind) {
		case "request":
			return { operation: message.operation, header: { xid: message.xid, type: message.code } };
		case "reply": {
			const { xid, zxid, err } = message;
			return { operation: message.operation, header: { xid, zxid, err } };
		}
		case "event":
			return { header: { xid: codec.xid("watchEvent"), zxid: message.zxid, err: 0 } };
		case "connectRequest":
		case "connectReply":
			return {};
	}
}

/** Replies of a multi differ by the kinds of their results. */
function resultTypes(body: unknown): string {
	const { results } = body as { results?: readonly { type?: string }[] };
	return (results ?? []).map(({ type }) => type).join(" ");
}

async function main([target = "", version = "", classPath = ""]: readonly string[]): Promise<void> {
	const [host = "127.0.0.1", port] = target.split(":");
	const both: Golden[] = [];
	for (const client of ["java client", "zkspec client"]) {
		const proxy = new RecordingProxy({ host, port: Number(port) });
		const proxyPort = await proxy.listen();
		if (client === "java client") await recordJava(proxy, proxyPort, classPath);
		else await recordOwn({ host: "127.0.0.1", port: proxyPort });
		proxy.close();
		both.push(...goldens(proxy.recorded, client));
	}
	const seen = new Set<string>();
	const unique = both.filter(({ key }) => !seen.has(key) && seen.add(key)).map(({ entry }) => entry);
	process.stdout.write(goldenFile(`Apache ZooKeeper ${version}`, unique));
}

function goldenFile(server: string, messages: readonly object[]): string {
	const document = new Document({ zkspec: "golden/v1", server, messages });
	visit(document, {
		Pair: (_, { key, value }) => {
			if (isScalar(key) && (key.value === "header" || key.value === "body") && isMap(value)) value.flow = true;
		},
	});
	const head = "# yaml-language-server: $schema=../../schema/golden.v1.json\n";
	return head + document.toString({ lineWidth: 120 });
}

await main(process.argv.slice(2));
