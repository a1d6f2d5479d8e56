import { Duplex } from "node:stream";
import type { Network } from "../../reference/host/network.js";
import type { LinkId } from "../../reference/model/ids.js";

/** As much as `net.Socket` as clients use, over a link of the simulated network. */
export class SimulatedSocket extends Duplex {
	/** Of this end; there is nothing behind it. */
	readonly localPort: number;
	connecting = true;
	readonly #network: Network;
	readonly #link: LinkId;

	constructor(network: Network, link: LinkId, allowHalfOpen: boolean) {
		super({ allowHalfOpen });
		this.#network = network;
		this.#link = link;
		this.localPort = link;
	}

	setNoDelay(): this {
		return this;
	}

	resetAndDestroy(): this {
		return this.destroy();
	}

	connected(): void {
		this.connecting = false;
		this.emit("connect");
	}

	received(bytes: Uint8Array): void {
		this.push(bytes);
	}

	/** By the other end, or because nobody was there. */
	over(): void {
		if (!this.connecting) this.push(null);
		else this.destroy(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
	}

	override _read(): void {
		// What arrives is pushed; nobody in a simulation is so slow that more should wait elsewhere.
	}

	override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
		if (this.connecting) this.once("connect", () => this.#send(bytes, done));
		else this.#send(bytes, done);
	}

	override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
		this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "binary", done);
	}

	#send(bytes: Buffer, done: () => void): void {
		this.#network.send(this.#link, bytes);
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#network.close(this.#link);
		done(error);
	}
}
