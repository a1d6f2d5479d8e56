import { limits } from "../lib/limits.js";
import { Writer } from "../lib/writer.js";
import type { LinkId } from "../model/ids.js";
import type { Network } from "./network.js";

/** Collects what a turn sends and closes, for one write a link. */
export class LinkWrites {
	readonly #writers = new Map<LinkId, Writer>();
	readonly #idle: Writer[] = [];
	#idleBytes = 0;
	readonly #closing = new Set<LinkId>();
	/** That of `#lastLink`: much of what a turn sends goes to the same link as what was sent before. */
	#last: Writer | undefined;
	#lastLink: LinkId | undefined;

	/** Copies the bytes. */
	send(link: LinkId, bytes: Uint8Array): void {
		this.to(link).raw(bytes);
	}

	/** What is appended to it is sent; good until the end of the turn. */
	to(link: LinkId): Writer {
		if (this.#last === undefined || link !== this.#lastLink) {
			this.#last = this.#writers.get(link) ?? this.#begin(link);
			this.#lastLink = link;
		}
		return this.#last;
	}

	close(link: LinkId): void {
		this.#closing.add(link);
	}

	perform(network: Network): void {
		for (const [link, writer] of this.#writers) network.send(link, writer.bytes(), () => this.#rest(writer));
		for (const link of this.#closing) network.close(link);
		this.#writers.clear();
		this.#last = undefined;
		this.#closing.clear();
	}

	#begin(link: LinkId): Writer {
		const writer = this.#maybeIdle() ?? new Writer(1024);
		this.#writers.set(link, writer);
		return writer;
	}

	#maybeIdle(): Writer | undefined {
		const writer = this.#idle.pop();
		this.#idleBytes -= writer?.capacityBytes ?? 0;
		return writer;
	}

	#rest(writer: Writer): void {
		const bytes = writer.capacityBytes;
		if (bytes > limits.keptWriteBytesMax || this.#idleBytes + bytes > limits.idleWriteBytesMax) return;
		writer.clear();
		this.#idle.push(writer);
		this.#idleBytes += bytes;
	}
}
