import type { Codec } from "../../conformance/client/codec.js";
import type { Address } from "../../conformance/client/connection.js";
import { SessionClient } from "../../conformance/client/session-client.js";
import { Relative } from "./relative.js";

/** Makes the root of a program and removes what the program left, as super user. */
export class Janitor {
	readonly #session: SessionClient;

	constructor(codec: Codec, address: Address) {
		this.#session = new SessionClient(codec, { servers: [address], timeoutMs: 60_000, seed: 1, roundDelayMs: 50 });
		this.#session.addAuth("digest", "super:zkspec");
	}

	async prepare(root: string): Promise<Relative> {
		await this.#session.call("create", { path: `/zookeeper/quota${root}` });
		const { zxid } = await this.#session.call("create", { path: root });
		return new Relative(root, zxid);
	}

	async finish(root: string): Promise<void> {
		await this.#remove(`/zookeeper/quota${root}`);
		await this.#remove(root);
		await this.#session.close();
	}

	async #remove(path: string): Promise<void> {
		const { value } = await this.#session.call("getChildren", { path });
		for (const child of (value.children ?? []) as readonly string[]) await this.#remove(`${path}/${child}`);
		await this.#session.call("delete", { path });
	}
}
