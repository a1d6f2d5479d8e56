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

	/** Copies the bytes. */
	send(link: LinkId, bytes: Uint8Array): void {
		const writer = this.#writers.get(link) ?? this.#begin(link);
		writer.raw(bytes);
	}

	close(link: LinkId): void {
		this.#closing.add(link);
	}

	perform(network: Network): void {
		for (const [link, writer] of this.#writers) network.send(link, writer.bytes(), () => this.#rest(writer));
		for (const link of this.#closing) network.close(link);
		this.#writers.clear();
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
