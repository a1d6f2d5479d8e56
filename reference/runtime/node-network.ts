import { connect, type Socket } from "node:net";
import type { Door, Network, NetworkEvent } from "../host/network.js";
import { limits } from "../lib/limits.js";
import { type LinkId, linkId } from "../model/ids.js";
import { type DoorEvents, type DoorPlace, Listener } from "./listener.js";

interface Link {
	readonly socket: Socket;
	/** A client that takes replies more slowly than it asks for them is not read from meanwhile. */
	readonly throttled: boolean;
	/** The server wants no bytes for now. */
	paused: boolean;
	congested: boolean;
	/** By the server: what still arrives is thrown away. */
	closing: boolean;
	/** By the peer. */
	ended: boolean;
}

/** Links over TCP: those that come in by one of the doors, and those to other servers. */
export class NodeNetwork implements Network {
	readonly #links = new Map<LinkId, Link>();
	readonly #doors = new Map<Door, Listener>();
	readonly #post: (event: NetworkEvent) => void;
	readonly #connectTimeoutMs: number;
	#count = 0;

	constructor(post: (event: NetworkEvent) => void, connectTimeoutMs: number) {
		this.#post = post;
		this.#connectTimeoutMs = connectTimeoutMs;
	}

	/** Opens a door, in the place of an earlier one of that name, whose links stay. */
	listen(door: Door, at: DoorPlace, events: Pick<DoorEvents, "onPort" | "onError">): void {
		this.#doors.get(door)?.close();
		this.#doors.set(door, new Listener(at, { ...events, onSocket: (socket) => this.#accept(door, socket) }));
	}

	/** No more links, and those there are end. */
	shutDown(): void {
		for (const listener of this.#doors.values()) listener.close();
		for (const id of [...this.#links.keys()]) this.close(id);
	}

	connect(host: string, port: number): LinkId {
		const id = linkId(++this.#count);
		const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
		const timer = setTimeout(() => socket.destroy(), this.#connectTimeoutMs);
		socket.once("connect", () => this.#post({ type: "connected", link: id }));
		for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
		this.#serve(id, socket, false);
		return id;
	}

	send(id: LinkId, bytes: Uint8Array, left?: () => void): void {
		const link = this.#links.get(id);
		if (link === undefined || link.closing) return;
		link.socket.write(bytes, left);
		// Two servers that both stopped reading until the other has read would wait for ever.
		if (!link.throttled || link.congested || link.socket.writableLength <= limits.unsentBytesMax) return;
		link.congested = true;
		link.socket.pause();
		link.socket.once("drain", () => relieve(link));
	}

	/** Half a close, reading on: closing with unread bytes would reset the connection and lose the last replies. */
	close(id: LinkId): void {
		const link = this.#links.get(id);
		if (link === undefined || link.closing) return;
		link.closing = true;
		link.socket.end();
		link.socket.resume();
		setTimeout(() => link.socket.destroy(), limits.lingerMs).unref();
	}

	pause(id: LinkId): void {
		const link = this.#links.get(id);
		if (link === undefined) return;
		link.paused = true;
		if (!link.closing) link.socket.pause();
	}

	resume(id: LinkId): void {
		const link = this.#links.get(id);
		if (link === undefined) return;
		link.paused = false;
		if (!link.congested) link.socket.resume();
	}

	#accept(door: Door, socket: Socket): void {
		const id = linkId(++this.#count);
		this.#post({ type: "opened", link: id, door, address: peerAddress(socket), port: socket.remotePort ?? 0 });
		this.#serve(id, socket, door === "client");
	}

	#serve(id: LinkId, socket: Socket, throttled: boolean): void {
		const link: Link = { socket, throttled, paused: false, congested: false, closing: false, ended: false };
		this.#links.set(id, link);
		socket.on("data", (bytes) => {
			if (!link.closing) this.#post({ type: "received", link: id, bytes: plain(bytes) });
		});
		// The turn that the event asks for comes first, so replies to what came before the end still leave.
		socket.on("end", () => {
			this.#ended(id, link);
			setImmediate(() => socket.end());
		});
		// "close" follows, which says all there is to say.
		socket.on("error", ignore);
		socket.on("close", () => {
			this.#ended(id, link);
			this.#links.delete(id);
		});
	}

	/** Told once, and not at all for a link that the server closed. */
	#ended(id: LinkId, link: Link): void {
		if (link.closing || link.ended) return;
		link.ended = true;
		this.#post({ type: "closed", link: id });
	}
}

function ignore(): void {}

function relieve(link: Link): void {
	link.congested = false;
	if (!link.paused || link.closing) link.socket.resume();
}

/** Slices of a Buffer are Buffers, which are slow to make; every frame is a slice. */
function plain(bytes: Buffer): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function peerAddress(socket: Socket): string {
	return (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}
