import type { LinkId } from "../model/ids.js";
import type { PeerEffects } from "./contract.js";
import type { MemberAddress } from "./member.js";

const firstRetryMs = 5;
const retryMsMax = 100;
/** Apache opens its port only when its own election has ended, which may be finalizeWait later than here. */
const refusedMsMax = 600;

/** Tries to reach a leader that may not be ready yet. */
export class LearnerConnect {
	readonly #effects: PeerEffects;
	readonly #address: MemberAddress;
	readonly #giveUpAtMs: number;
	#link: LinkId;
	#retryMs = firstRetryMs;
	#retryAtMs = Number.POSITIVE_INFINITY;

	constructor(effects: PeerEffects, address: MemberAddress, nowMs: number) {
		this.#effects = effects;
		this.#address = address;
		this.#giveUpAtMs = nowMs + refusedMsMax;
		this.#link = this.#connect();
	}

	get link(): LinkId {
		return this.#link;
	}

	/** When to call `retry`. */
	get retryAtMs(): number {
		return this.#retryAtMs;
	}

	/** Whether there is another try. */
	refused(nowMs: number): boolean {
		if (nowMs >= this.#giveUpAtMs) return false;
		this.#retryAtMs = nowMs + this.#retryMs;
		this.#retryMs = Math.min(2 * this.#retryMs, retryMsMax);
		return true;
	}

	retry(): void {
		this.#retryAtMs = Number.POSITIVE_INFINITY;
		this.#link = this.#connect();
	}

	#connect(): LinkId {
		return this.#effects.connect(this.#address.host, this.#address.quorumPort);
	}
}
