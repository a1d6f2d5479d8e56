import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Codec } from "../../../conformance/client/codec.js";
import type { Address } from "../../../conformance/client/connection.js";
import { FrameInbox } from "../../../conformance/client/frame-inbox.js";
import { type Message, MessageReader } from "../../../conformance/client/message.js";
import type { Fields, Value } from "../../../conformance/client/value.js";
import type { Lies } from "./lies.js";
import { SmallError, type SmallNode, SmallTree } from "./small-tree.js";

type EventType = "NodeCreated" | "NodeDeleted" | "NodeDataChanged";
type Request = Extract<Message, { kind: "request" }>;

/** One request's answer before it is bytes. */
export interface Answer {
	readonly xid: number;
	readonly zxid: number;
	readonly err: number;
	readonly body: Uint8Array;
}

/** One message on its way to the client, and what it answers. */
export interface Said {
	readonly operation: string;
	readonly body: Uint8Array;
}

/** A part of a transaction that sets a node's data. */
interface Part {
	readonly setData: { readonly path: string; readonly data: Uint8Array };
}

/** A ZooKeeper of a few operations, in memory, one for all connections; wrong in what it is told to be wrong in. */
export class SmallServer {
	readonly #codec: Codec;
	/** What it is wrong in from now on. */
	lies: Lies;
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	readonly #tree = new SmallTree();
	/** Who waits for a node's data to change, or for it to come or go. */
	readonly #watchers = new Map<string, Set<Socket>>();
	readonly #counts = new Map<string, number>();
	#zxid = 0;
	#sessions = 0;
	/** What is said in this turn to the connection that asks. */
	#said: Said[] = [];
	/** Until when it waits. */
	#late: Promise<void> | undefined;
	#asker: Socket | undefined;
	/** What is not let out yet. */
	#held: (() => void)[] | undefined;

	static async start(codec: Codec, lies: Lies = {}): Promise<SmallServer> {
		const server = new SmallServer(codec, lies);
		server.#server.listen(0, "127.0.0.1");
		await once(server.#server, "listening");
		return server;
	}

	private constructor(codec: Codec, lies: Lies) {
		this.#codec = codec;
		this.lies = lies;
		this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
	}

	get address(): Address {
		return { host: "127.0.0.1", port: (this.#server.address() as AddressInfo).port };
	}

	/** The node's data as text, for tests that look behind the curtain. */
	maybeData(path: string): string | undefined {
		const node = this.#tree.maybeNode(path);
		return node === undefined ? undefined : Buffer.from(node.data).toString("latin1");
	}

	/** How often an operation was asked for. */
	asked(operation: string): number {
		return this.#counts.get(operation) ?? 0;
	}

	/** Works, and says nothing until it is released. */
	hold(): void {
		this.#held ??= [];
	}

	release(): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const say of held) say();
	}

	/** Ends all connections, as a crash does; who comes again is served. */
	drop(): void {
		for (const socket of this.#sockets) socket.resetAndDestroy();
	}

	stop(): void {
		this.#server.close();
		this.drop();
	}

	#serve(socket: Socket): void {
		this.#sockets.add(socket);
		const inbox = new FrameInbox();
		const reader = new MessageReader(this.#codec);
		socket.on("error", () => socket.destroy());
		socket.on("close", () => this.#sockets.delete(socket));
		socket.on("data", (chunk: Buffer) => {
			this.#said = [];
			this.#asker = socket;
			for (const { bytes } of inbox.add(chunk, 0)) this.#hear(reader.sent(bytes), socket);
			const bytes = Buffer.concat((this.lies.order?.(this.#said) ?? this.#said).map(({ body }) => framed(body)));
			const say = (): void => void socket.write(bytes);
			const late = this.#late;
			this.#late = undefined;
			if (late !== undefined) void late.then(say);
			else if (this.#held === undefined) say();
			else this.#held.push(say);
		});
	}

	#hear(message: Message, socket: Socket): void {
		if (message.kind === "connectRequest") {
			this.#said.push({ operation: "connect", body: this.#attach(message.body) });
			return;
		}
		if (message.kind !== "request") throw new Error(`a ${message.kind} came`);
		const operation = message.operation ?? "";
		const count = this.asked(operation) + 1;
		this.#counts.set(operation, count);
		const right = this.#answer(operation, message, socket, count);
		if (this.lies.chatters?.(operation, count)) this.#tell(socket, "NodeDataChanged", String(message.body.path));
		this.#late ??= this.lies.late?.(operation, count);
		const said = this.lies.twist === undefined ? right : this.lies.twist(operation, right, count);
		if (said === "close") socket.destroy();
		else if (said !== undefined) this.#said.push({ operation, body: this.#bytesOf(said) });
	}

	#attach({ timeOut, sessionId }: Fields): Uint8Array {
		const given = sessionId === 0n ? BigInt(++this.#sessions) : (sessionId ?? 0n);
		const fields = { protocolVersion: 0, timeOut: timeOut ?? 0, sessionId: given, passwd: new Uint8Array(16) };
		return this.#codec.encodeRecord("ConnectResponse", fields);
	}

	#answer(operation: string, { xid, body }: Request, socket: Socket, count: number): Answer {
		const path = String(body.path);
		const node = this.#tree.maybeNode(path);
		const reply = (fields: Fields): Answer => this.#done(xid, this.#codec.encodeReply(operation, fields));
		switch (operation) {
			case "getData":
				if (body.watch === true) this.#watch(path, socket);
				return this.#lookedUp(xid, node, (found) => {
					const shown = this.lies.stale?.(count) ? { ...found, ...found.older } : found;
					return reply({ data: shown.data, stat: statOf(shown) });
				});
			case "exists":
				if (body.watch === true) this.#watch(path, socket);
				return this.#lookedUp(xid, node, (found) => reply({ stat: statOf(found) }));
			case "getChildren":
				return this.#lookedUp(xid, node, ({ children }) => reply({ children: [...children] }));
			case "create":
				if (this.lies.forgetsCreate?.(count)) return reply({ path });
				return this.#changed(xid, this.#tree.create(path, bytesOf(body.data), ++this.#zxid), () => {
					this.#fire("NodeCreated", path, operation, count);
					return reply({ path });
				});
			case "delete":
				return this.#changed(xid, this.#tree.delete(path, ++this.#zxid), () => {
					this.#fire("NodeDeleted", path, operation, count);
					return reply({});
				});
			case "setData":
				this.#zxid++;
				return this.#lookedUp(xid, node, () => reply({ stat: this.#setData(path, bytesOf(body.data), count) }));
			case "multi":
				return reply({ results: this.#multi((body.ops ?? []) as unknown as readonly Part[], count) });
			case "sync":
				return reply({ path });
			default:
				return this.#done(xid, new Uint8Array());
		}
	}

	/** What the node's Stat is afterwards, or is said to be. */
	#setData(path: string, data: Uint8Array, count: number): Fields {
		const node = this.#tree.maybeNode(path) as SmallNode;
		if (this.lies.forgets?.(count)) {
			return statOf({ ...node, data, version: node.version + 1, mzxid: this.#zxid });
		}
		this.#tree.setData(path, data, this.#zxid);
		this.#fire("NodeDataChanged", path, "setData", count);
		return statOf(node);
	}

	#multi(parts: readonly Part[], count: number): Value[] {
		this.#zxid++;
		return parts.map(({ setData: { path, data } }) => ({
			type: "setData",
			err: 0,
			stat: this.#setData(path, data, count),
		}));
	}

	#watch(path: string, socket: Socket): void {
		const watchers = this.#watchers.get(path) ?? new Set();
		this.#watchers.set(path, watchers.add(socket));
	}

	#fire(type: EventType, path: string, operation: string, count: number): void {
		const watchers = this.#watchers.get(path);
		this.#watchers.delete(path);
		if (watchers === undefined || this.lies.silent?.(operation, count)) return;
		for (const socket of watchers) this.#tell(socket, type, path);
	}

	#tell(socket: Socket, type: EventType, path: string): void {
		const event = { type, state: "SyncConnected", path };
		const body = this.#bytesOf({ xid: -1, zxid: -1, err: 0, body: this.#codec.encodeRecord("WatcherEvent", event) });
		if (socket === this.#asker) this.#said.push({ operation: "event", body });
		else socket.write(framed(body));
	}

	#lookedUp(xid: number, node: SmallNode | undefined, answer: (node: SmallNode) => Answer): Answer {
		return node === undefined ? this.#refused(xid, SmallError.noNode) : answer(node);
	}

	#changed(xid: number, err: number, answer: () => Answer): Answer {
		return err === 0 ? answer() : this.#refused(xid, err);
	}

	#done(xid: number, body: Uint8Array): Answer {
		return { xid, zxid: this.#zxid, err: 0, body };
	}

	#refused(xid: number, err: number): Answer {
		return { xid, zxid: this.#zxid, err, body: new Uint8Array() };
	}

	#bytesOf({ xid, zxid, err, body }: Answer): Uint8Array {
		return Buffer.concat([this.#codec.encodeRecord("ReplyHeader", { xid, zxid: BigInt(zxid), err }), body]);
	}
}

function framed(body: Uint8Array): Uint8Array {
	const length = Buffer.alloc(4);
	length.writeInt32BE(body.length);
	return Buffer.concat([length, body]);
}

function bytesOf(value: Value | undefined): Uint8Array {
	return value instanceof Uint8Array ? value : new Uint8Array();
}

function statOf(node: SmallNode): Fields {
	return {
		czxid: BigInt(node.czxid),
		mzxid: BigInt(node.mzxid),
		ctime: 0n,
		mtime: 0n,
		version: node.version,
		cversion: node.cversion,
		aversion: 0,
		ephemeralOwner: 0n,
		dataLength: node.data.length,
		numChildren: node.children.size,
		pzxid: BigInt(node.pzxid),
	};
}
