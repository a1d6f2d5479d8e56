import { encodeUtf8 } from "../lib/utf8.js";
import type { LinkId } from "../model/ids.js";
import type { Capabilities, ServerConfig } from "./config.js";
import type { ServerEffects } from "./contract.js";
import { enviText } from "./figure-texts.js";
import { type FourLetterWord, isAllowed, maybeFourLetterWord, refusalOf } from "./four-letter-words.js";

/** More clients than this are not waited for while nobody serves. */
const linksMax = 256;

/** Answers four-letter words while there is no server; whoever sends anything else is turned away. */
export class Reception {
	readonly #config: ServerConfig;
	readonly #capabilities: Capabilities;
	readonly #effects: Pick<ServerEffects, "send" | "close">;
	readonly #received = new Map<LinkId, Uint8Array>();

	constructor(config: ServerConfig, capabilities: Capabilities, effects: Pick<ServerEffects, "send" | "close">) {
		this.#config = config;
		this.#capabilities = capabilities;
		this.#effects = effects;
	}

	opened(link: LinkId): void {
		if (this.#received.size < linksMax) this.#received.set(link, new Uint8Array());
		else this.#effects.close(link);
	}

	received(link: LinkId, bytes: Uint8Array): void {
		const before = this.#received.get(link);
		if (before === undefined) return;
		const all = Uint8Array.from([...before, ...bytes.subarray(0, 16)]);
		const word = all.length < 4 ? "incomplete" : maybeFourLetterWord(all);
		if (word === "incomplete") {
			this.#received.set(link, all);
			return;
		}
		if (word !== undefined) this.#effects.send(link, encodeUtf8(this.#answer(word)));
		this.closed(link);
		this.#effects.close(link);
	}

	closed(link: LinkId): void {
		this.#received.delete(link);
	}

	#answer({ name }: FourLetterWord): string {
		if (!isAllowed(name, this.#config)) return refusalOf(name);
		if (name === "ruok") return "imok";
		if (name === "isro") return "null";
		if (name === "envi") return enviText({ config: this.#config, capabilities: this.#capabilities });
		return "This ZooKeeper instance is not currently serving requests\n";
	}
}
