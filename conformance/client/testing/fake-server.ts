import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Codec } from "../codec.js";
import type { Address } from "../connection.js";
import { FrameInbox } from "../frame-inbox.js";
import { type Message, MessageReader } from "../message.js";
import type { Fields } from "../value.js";

export type Request = Extract<Message, { kind: "request" | "connectRequest" }>;

/** One accepted connection: what it said, and means to answer. */
export class FakeConnection {
	readonly requests: Request[] = [];
	readonly socket: Socket;
	readonly #codec: Codec;

	constructor(codec: Codec, socket: Socket) {
		this.#codec = codec;
		this.socket = socket;
	}

	accept(fields: Fields = {}): void {
		const passwd = Buffer.from("0123456789abcdef");
		const given = { protocolVersion: 0, timeOut: 3000, sessionId: 5n, passwd, ...fields };
		this.#send(this.#codec.encodeRecord("ConnectResponse", given));
	}

	reply(xid: number, zxid: bigint, err = 0, body: Uint8Array = new Uint8Array()): void {
		this.#send(Buffer.concat([this.#codec.encodeRecord("ReplyHeader", { xid, zxid, err }), body]));
	}

	event(type: string, path: string): void {
		const event = { type, state: "SyncConnected", path };
		this.reply(-1, -1n, 0, this.#codec.encodeRecord("WatcherEvent", event));
	}

	#send(body: Uint8Array): void {
		const length = Buffer.alloc(4);
		length.writeInt32BE(body.length);
		this.socket.write(Buffer.concat([length, body]));
	}
}

export type Answer = (connection: FakeConnection, request: Request, index: number) => void;

/** A server that does only what a test says. */
export class FakeServer {
	readonly connections: FakeConnection[] = [];
	readonly #codec: Codec;
	readonly #server: Server;

	private constructor(codec: Codec, answer: Answer) {
		this.#codec = codec;
		this.#server = createServer((socket) => this.#serve(socket, answer));
	}

	/** `answer` is called for every request; `index` counts connections from 0. */
	static async start(codec: Codec, answer: Answer): Promise<FakeServer> {
		const fake = new FakeServer(codec, answer);
		fake.#server.listen(0, "127.0.0.1");
		await once(fake.#server, "listening");
		return fake;
	}

	get address(): Address {
		return { host: "127.0.0.1", port: (this.#server.address() as AddressInfo).port };
	}

	stop(): void {
		this.#server.close();
		for (const { socket } of this.connections) socket.destroy();
	}

	#serve(socket: Socket, answer: Answer): void {
		const connection = new FakeConnection(this.#codec, socket);
		const index = this.connections.push(connection) - 1;
		const inbox = new FrameInbox();
		const reader = new MessageReader(this.#codec);
		socket.on("error", () => socket.destroy());
		socket.on("data", (chunk: Buffer) => {
			for (const { bytes } of inbox.add(chunk, 0)) {
				const message = reader.sent(bytes);
				if (message.kind !== "request" && message.kind !== "connectRequest") throw new Error(message.kind);
				connection.requests.push(message);
				answer(connection, message, index);
			}
		});
	}
}
