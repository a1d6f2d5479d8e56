import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Network, NetworkEvent } from "../../host/network.js";
import type { Settings } from "../settings.js";
import { type Caller, GatewaySessions } from "./gateway-sessions.js";
import { LocalLinks } from "./local-links.js";
import { type Answer, errorAnswer, type RestRequest, splitTarget } from "./rest-request.js";
import { sessionsAnswer, sessionsBase } from "./sessions.js";
import { znodesAnswer, znodesBase } from "./znodes.js";

export type GatewaySettings = Pick<Settings, "restPort" | "restAddress" | "juteMaxBufferBytes">;

export interface GatewayParts {
	readonly settings: GatewaySettings;
	readonly network: Network;
	readonly post: (event: NetworkEvent) => void;
	/** One line for the operator. */
	onNote(line: string): void;
}

/** What a server that may have a gateway needs of it. */
export interface Gateway {
	/** The network to give to the host: the gateway's clients are clients like others. */
	readonly network: Network;
	/** From here on requests are taken. */
	open(): void;
	close(): void;
}

/** Without a port there is none, and it costs nothing. */
export function gatewayOf(parts: GatewayParts): Gateway {
	const { restPort } = parts.settings;
	if (restPort === undefined) return { network: parts.network, open: () => undefined, close: () => undefined };
	return new RestGateway(parts, restPort);
}

/** ZooKeeper over HTTP, in the manner of ZooKeeper's contrib REST: `/znodes/v1/…` and `/sessions/v1/…`. */
class RestGateway implements Gateway {
	readonly network: LocalLinks;
	readonly #parts: GatewayParts;
	readonly #sessions: GatewaySessions;
	readonly #server: HttpServer;
	readonly #port: number;

	constructor(parts: GatewayParts, port: number) {
		this.#parts = parts;
		this.#port = port;
		this.network = new LocalLinks(parts.network, parts.post);
		this.#sessions = new GatewaySessions(this.network, parts.settings.juteMaxBufferBytes);
		this.#server = createServer((request, response) => this.#take(request, response));
	}

	open(): void {
		const { onNote, settings } = this.#parts;
		this.#server.on("error", ({ message }) =>
			onNote(`REST gateway: can not listen on port ${this.#port}, going on without: ${message}`),
		);
		this.#server.listen({ port: this.#port, host: settings.restAddress }, () => {
			const address = this.#server.address();
			const port = typeof address === "object" && address !== null ? address.port : this.#port;
			onNote(`REST gateway: listening on ${settings.restAddress}:${port}`);
		});
	}

	close(): void {
		this.network.shutDown();
		this.#server.close().closeAllConnections();
	}

	#take(message: IncomingMessage, response: ServerResponse): void {
		const { method = "", headers, url = "/" } = message;
		const head = { method, headers, caller: callerOf(message), ...splitTarget(url) };
		if (method === "PUT" || method === "POST") this.#readBody(message, head, response);
		else this.#answer({ ...head, body: noBytes }, response);
	}

	#readBody(message: IncomingMessage, head: RequestHead, response: ServerResponse): void {
		const chunks: Buffer[] = [];
		let length = 0;
		message.on("data", (chunk: Buffer) => {
			length += chunk.length;
			if (length <= this.#parts.settings.juteMaxBufferBytes) chunks.push(chunk);
			else if (!response.headersSent) write(response, tooLarge(head));
		});
		message.on("end", () => {
			if (!response.headersSent) this.#answer({ ...head, body: Buffer.concat(chunks) }, response);
		});
	}

	#answer(request: RestRequest, response: ServerResponse): void {
		void answerTo(request, this.#sessions).then((answer) => write(response, answer));
	}
}

type RequestHead = Omit<RestRequest, "body">;

const noBytes = new Uint8Array();

function callerOf({ socket }: IncomingMessage): Caller {
	return { address: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""), port: socket.remotePort ?? 0 };
}

async function answerTo(request: RestRequest, sessions: GatewaySessions): Promise<Answer> {
	const { rawPath } = request;
	if (isBelow(rawPath, znodesBase)) return znodesAnswer(request, sessions);
	if (isBelow(rawPath, sessionsBase)) return sessionsAnswer(request, sessions);
	return errorAnswer(request, 404, `There is ${znodesBase} and ${sessionsBase}`);
}

function isBelow(path: string, base: string): boolean {
	return path.startsWith(base) && (path.length === base.length || path[base.length] === "/");
}

/** Nobody reads the rest: the connection ends. */
function tooLarge(head: RequestHead): Answer {
	return errorAnswer(head, 413, "Larger than jute.maxbuffer allows", { connection: "close" });
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
	response.writeHead(status, body === undefined ? headers : { ...headers, "content-length": Buffer.byteLength(body) });
	response.end(body);
}
