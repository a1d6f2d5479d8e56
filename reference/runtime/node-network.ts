import { connect, createServer, type Server, type Socket } from "node:net";
import type { Network, NetworkEvent } from "../host/network.js";
import { limits } from "../lib/limits.js";
import { type LinkId, linkId } from "../model/ids.js";

interface Link {
	readonly socket: Socket;
	/** The server wants no bytes for now. */
	paused: boolean;
	/** The peer takes replies more slowly than it asks for them. */
	congested: boolean;
	/** By the server: what still arrives is thrown away. */
	closing: boolean;
	/** By the peer. */
	ended: boolean;
}

/** Client connections over TCP. */
export class NodeNetwork implements Network {
	readonly #links = new Map<LinkId, Link>();
	readonly #post: (event: NetworkEvent) => void;
	readonly #listener: Server;
	#count = 0;

	constructor(post: (event: NetworkEvent) => void) {
		this.#post = post;
		this.#listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
	}

	/** `onPort` is told the port, which matters when 0 was asked for. */
	listen(
		at: { readonly port: number; readonly host: string | undefined; readonly backlog: number },
		onPort: (port: number) => void,
		onError: (error: Error) => void,
	): void {
		this.#listener.on("error", onError);
		this.#listener.listen({ port: at.port, backlog: at.backlog, ...(at.host && { host: at.host }) }, () => {
			const address = this.#listener.address();
			onPort(typeof address === "object" && address !== null ? address.port : at.port);
		});
	}

	/** No more links, and those there are end. */
	shutDown(): void {
		this.#listener.close();
		for (const id of [...this.#links.keys()]) this.close(id);
	}

	connect(host: string, port: number): LinkId {
		const id = linkId(++this.#count);
		const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
		socket.once("connect", () => this.#post({ type: "connected", link: id }));
		this.#serve(id, socket);
		return id;
	}

	send(id: LinkId, bytes: Uint8Array): void {
		const link = this.#links.get(id);
		if (link === undefined || link.closing) return;
		link.socket.write(bytes);
		if (link.socket.writableLength <= limits.unsentBytesMax) return;
		link.congested = true;
		link.socket.pause();
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

	#accept(socket: Socket): void {
		const id = linkId(++this.#count);
		this.#post({
			type: "opened",
			link: id,
			door: "client",
			address: peerAddress(socket),
			port: socket.remotePort ?? 0,
		});
		this.#serve(id, socket);
	}

	#serve(id: LinkId, socket: Socket): void {
		const link: Link = { socket, paused: false, congested: false, closing: false, ended: false };
		this.#links.set(id, link);
		socket.on("data", (bytes) => {
			if (!link.closing) this.#post({ type: "received", link: id, bytes: plain(bytes) });
		});
		socket.on("drain", () => {
			link.congested = false;
			if (!link.paused || link.closing) socket.resume();
		});
		// The turn that the event asks for comes first, so replies to what came before the end still leave.
		socket.on("end", () => {
			this.#ended(id, link);
			setImmediate(() => socket.end());
		});
		// "close" follows, which says all there is to say.
		socket.on("error", () => undefined);
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

/** Slices of a Buffer are Buffers, which are slow to make; every frame is a slice. */
function plain(bytes: Buffer): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function peerAddress(socket: Socket): string {
	return (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}
