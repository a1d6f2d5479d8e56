import type { LinkId } from "../model/ids.js";
import type { Network } from "./network.js";

/** Collects what a turn sends and closes, for one write a link. */
export class LinkWrites {
	readonly #chunks = new Map<LinkId, Uint8Array[]>();
	readonly #closing = new Set<LinkId>();

	send(link: LinkId, bytes: Uint8Array): void {
		const chunks = this.#chunks.get(link);
		if (chunks === undefined) this.#chunks.set(link, [bytes]);
		else chunks.push(bytes);
	}

	close(link: LinkId): void {
		this.#closing.add(link);
	}

	perform(network: Network): void {
		for (const [link, chunks] of this.#chunks) network.send(link, joined(chunks));
		for (const link of this.#closing) network.close(link);
		this.#chunks.clear();
		this.#closing.clear();
	}
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
	const [first] = chunks;
	if (chunks.length === 1 && first !== undefined) return first;
	const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		all.set(chunk, at);
		at += chunk.length;
	}
	return all;
}
