import { createServer, type Server, type Socket } from "node:net";
import { Outbox } from "./outbox.js";
import { dataLengthAt, replyHeaderBytes, statBytes, versionAt } from "./reply-layout.js";
import { numberAt } from "./request-writer.js";
import { Splitter, viewOf } from "./splitter.js";
import { putInt, type Values } from "./values.js";

/** Operation codes of the protocol that a load of getData and setData needs. */
const getDataCode = 4;
const setDataCode = 5;
const syncCode = 9;
const pingCode = 11;
const closeSessionCode = -11;
const unimplemented = -6;

const passwordBytes = 16;
const digits = 8;

/**
 * Answers a load's requests as a server would that costs nothing: frames are right, values are those that the plan
 * writes, versions count, but there is no tree, no log and no other operation. What a load reaches here is its own limit.
 */
export class NullServer {
	readonly #values: Values;
	readonly #versions: Int32Array;
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	readonly #out = new Outbox();
	#zxid = 1;
	#sessions = 0;

	constructor(values: Values, keys: number) {
		this.#values = values;
		this.#versions = new Int32Array(keys);
		this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
	}

	/** On the loopback address; gives the port. */
	listen(): Promise<number> {
		return new Promise((resolve) => {
			this.#server.listen(0, "127.0.0.1", () => {
				const address = this.#server.address();
				resolve(typeof address === "object" && address !== null ? address.port : 0);
			});
		});
	}

	close(): void {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#serve(socket: Socket): void {
		this.#sockets.add(socket);
		let isAttached = false;
		const splitter = new Splitter((bytes, view, at, end) => {
			if (isAttached) this.#answer(bytes, view, at, end);
			else this.#attach(view, at);
			isAttached = true;
		});
		socket.on("data", (chunk: Buffer) => {
			if (splitter.feed(chunk, viewOf(chunk), chunk.length) !== undefined) socket.destroy();
			else this.#send(socket);
		});
		socket.on("error", () => socket.destroy());
		socket.on("close", () => this.#sockets.delete(socket));
	}

	#send(socket: Socket): void {
		const out = this.#out;
		if (out.length === 0) return;
		socket.write(out.bytes.subarray(0, out.length));
		out.length = 0;
		if (socket.writableLength > 0) out.renew();
	}

	#attach(request: DataView, at: number): void {
		const bytes = 4 + 4 + 8 + 4 + passwordBytes + 1;
		const to = this.#out.reserve(4 + bytes);
		this.#out.bytes.fill(0, to, to + 4 + bytes);
		this.#int(to, bytes);
		this.#int(to + 8, request.getInt32(at + 12));
		this.#int(to + 16, ++this.#sessions);
		this.#int(to + 20, passwordBytes);
	}

	#answer(bytes: Buffer, view: DataView, at: number, end: number): void {
		const xid = view.getInt32(at);
		const code = view.getInt32(at + 4);
		const pathBytes = code === pingCode || code === closeSessionCode ? 0 : view.getInt32(at + 8);
		const pathEnd = at + 12 + pathBytes;
		switch (code) {
			case getDataCode:
				this.#getData(xid, numberAt(bytes, pathEnd - digits));
				break;
			case setDataCode:
				this.#setData(xid, numberAt(bytes, pathEnd - digits), view.getInt32(pathEnd));
				break;
			case syncCode:
				bytes.copy(this.#out.bytes, this.#header(xid, 0, 4 + pathBytes), at + 8, end);
				break;
			default:
				this.#header(xid, code === pingCode || code === closeSessionCode ? 0 : unimplemented, 0);
		}
	}

	#getData(xid: number, key: number): void {
		const version = this.#versions[key] ?? 0;
		const length = this.#values.lengthOf(key, version);
		const at = this.#header(xid, 0, 4 + length + statBytes);
		this.#int(at, length);
		this.#values.write(this.#out.bytes, at + 4, length, key, version);
		this.#stat(at + 4 + length, version, length);
	}

	#setData(xid: number, key: number, length: number): void {
		const version = (this.#versions[key] ?? 0) + 1;
		this.#versions[key] = version;
		this.#zxid++;
		this.#stat(this.#header(xid, 0, statBytes), version, length);
	}

	/** Room for a whole reply; gives where its body begins. */
	#header(xid: number, err: number, bodyBytes: number): number {
		const at = this.#out.reserve(4 + replyHeaderBytes + bodyBytes);
		this.#int(at, replyHeaderBytes + bodyBytes);
		this.#int(at + 4, xid);
		this.#int(at + 8, 0);
		this.#int(at + 12, this.#zxid);
		this.#int(at + 16, err);
		return at + 4 + replyHeaderBytes;
	}

	#stat(at: number, version: number, length: number): void {
		const { bytes } = this.#out;
		for (let index = at; index < at + statBytes; index++) bytes[index] = 0;
		this.#int(at + 12, this.#zxid);
		this.#int(at + versionAt, version);
		this.#int(at + dataLengthAt, length);
	}

	#int(at: number, value: number): void {
		putInt(this.#out.bytes, at, value);
	}
}
