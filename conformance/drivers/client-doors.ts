import type { Address } from "../client/connection.js";
import { ByteProxy } from "./byte-proxy.js";
import type { Cut } from "./proxied-connection.js";

/** A proxy before the client port of each server; whatever is done to these is done to clients only. */
export class ClientDoors {
	readonly #proxies: ReadonlyMap<number, ByteProxy>;

	static async open(members: readonly { readonly id: number; readonly address: Address }[]): Promise<ClientDoors> {
		const opened = members.map(async ({ id, address }) => [id, await ByteProxy.open(address)] as const);
		return new ClientDoors(new Map(await Promise.all(opened)));
	}

	private constructor(proxies: ReadonlyMap<number, ByteProxy>) {
		this.#proxies = proxies;
	}

	addressOf(id: number): Address {
		return this.#mustHave(id).address;
	}

	cut(id: number, after?: Cut): void {
		this.#mustHave(id).cut(after);
	}

	delay(id: number, delayMs: number): void {
		this.#mustHave(id).delay(delayMs);
	}

	halfOpen(id: number): void {
		this.#mustHave(id).hold();
	}

	refuse(id: number): void {
		this.#mustHave(id).refuse();
	}

	/** Who connects to the first comes out at the second. */
	swap(id: number, to: Address): void {
		this.#mustHave(id).leadTo(to);
	}

	/** Undoes everything but delays. */
	async open(id: number): Promise<void> {
		const proxy = this.#mustHave(id);
		proxy.leadHome();
		proxy.release();
		await proxy.accept();
	}

	close(): void {
		for (const proxy of this.#proxies.values()) proxy.close();
	}

	#mustHave(id: number): ByteProxy {
		const proxy = this.#proxies.get(id);
		if (proxy === undefined) throw new Error(`no server ${id}`);
		return proxy;
	}
}
