import type { Network, NetworkEvent } from "../../host/network.js";
import { type LinkId, linkId } from "../../model/ids.js";

/** Who holds the other end of a link that does not leave the process. */
export interface LocalEnd {
	/** The bytes belong to the end from here on. */
	onBytes(bytes: Uint8Array): void;
	/** The server ended the link; told once, and not after `close`. */
	onClosed(): void;
}

/** The client's side. */
export interface LocalLink {
	send(bytes: Uint8Array): void;
	close(): void;
}

interface Place {
	readonly end: LocalEnd;
	/** What came while the server wanted no bytes; undefined while it does. */
	held: Uint8Array[] | undefined;
}

/** Another network, with links beside its own whose clients live in this process. They come in by the clients' door. */
export class LocalLinks implements Network {
	readonly #outer: Network;
	readonly #post: (event: NetworkEvent) => void;
	readonly #places = new Map<LinkId, Place>();
	/** Downwards from −1: the outer network counts upwards from 1. */
	#last = 0;

	constructor(outer: Network, post: (event: NetworkEvent) => void) {
		this.#outer = outer;
		this.#post = post;
	}

	/** The address is whom the server takes the client for. */
	open(address: string, port: number, end: LocalEnd): LocalLink {
		const link = linkId(--this.#last);
		this.#places.set(link, { end, held: undefined });
		this.#post({ type: "opened", link, door: "client", address, port });
		return { send: (bytes) => this.#received(link, bytes), close: () => this.#closedByClient(link) };
	}

	/** All links in the process end; the outer network has a say of its own. */
	shutDown(): void {
		for (const link of [...this.#places.keys()]) this.close(link);
	}

	connect(host: string, port: number): LinkId {
		return this.#outer.connect(host, port);
	}

	/** `left` is not called: who has a session of its own may keep the bytes. */
	send(link: LinkId, bytes: Uint8Array, left?: () => void): void {
		if (link > 0) this.#outer.send(link, bytes, left);
		else this.#places.get(link)?.end.onBytes(bytes);
	}

	close(link: LinkId): void {
		if (link > 0) {
			this.#outer.close(link);
			return;
		}
		const place = this.#places.get(link);
		this.#places.delete(link);
		place?.end.onClosed();
	}

	pause(link: LinkId): void {
		const place = this.#places.get(link);
		if (link > 0) this.#outer.pause(link);
		else if (place !== undefined) place.held ??= [];
	}

	resume(link: LinkId): void {
		if (link > 0) {
			this.#outer.resume(link);
			return;
		}
		const place = this.#places.get(link);
		const held = place?.held ?? [];
		if (place !== undefined) place.held = undefined;
		for (const bytes of held) this.#post({ type: "received", link, bytes });
	}

	#received(link: LinkId, bytes: Uint8Array): void {
		const place = this.#places.get(link);
		if (place === undefined) return;
		if (place.held === undefined) this.#post({ type: "received", link, bytes });
		else place.held.push(bytes);
	}

	#closedByClient(link: LinkId): void {
		if (this.#places.delete(link)) this.#post({ type: "closed", link });
	}
}
