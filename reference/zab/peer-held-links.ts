import { limits } from "../lib/limits.js";
import type { LinkId } from "../model/ids.js";

export interface HeldLink {
	readonly link: LinkId;
	readonly address: string;
	/** What it has said so far. */
	readonly chunks: Uint8Array[];
	sizeBytes: number;
	readonly openedMs: number;
}

/**
 * Learners that came before it was clear that this server leads. To turn them away would cost them a retry, and an Apache
 * server gives up after five.
 */
export class PeerHeldLinks {
	readonly #links = new Map<LinkId, HeldLink>();
	readonly #holdMs: number;

	constructor(holdMs: number) {
		this.#holdMs = holdMs;
	}

	has(link: LinkId): boolean {
		return this.#links.has(link);
	}

	/** Whether there is room. */
	hold(link: LinkId, address: string, nowMs: number): boolean {
		if (this.#links.size >= limits.quorumStrangersMax) return false;
		this.#links.set(link, { link, address, chunks: [], sizeBytes: 0, openedMs: nowMs });
		return true;
	}

	/** Whether it may stay: all that a learner says before it gets an answer is short. */
	received(link: LinkId, bytes: Uint8Array): boolean {
		const held = this.#links.get(link);
		if (held === undefined) return false;
		held.chunks.push(bytes);
		held.sizeBytes += bytes.length;
		return held.sizeBytes <= limits.heldLinkBytesMax;
	}

	remove(link: LinkId): void {
		this.#links.delete(link);
	}

	/** All of them; none is held any more. */
	takeAll(): readonly HeldLink[] {
		const all = [...this.#links.values()];
		this.#links.clear();
		return all;
	}

	takeOverdue(nowMs: number): readonly HeldLink[] {
		const overdue = [...this.#links.values()].filter(({ openedMs }) => nowMs >= openedMs + this.#holdMs);
		for (const { link } of overdue) this.#links.delete(link);
		return overdue;
	}

	get deadlineMs(): number {
		for (const { openedMs } of this.#links.values()) return openedMs + this.#holdMs;
		return Number.POSITIVE_INFINITY;
	}
}
