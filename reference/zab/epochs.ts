import type { Epoch } from "../model/ids.js";
import type { PeerEffects } from "./contract.js";

type Kind = "acceptedEpoch" | "currentEpoch";

/**
 * The two epochs as the disk has them.
 *
 * 1. `accepted`: no leader of this epoch or an earlier one gets another promise.
 * 2. `current`: all that the leader of this epoch had when it began is in the log here. It is never above `accepted`.
 */
export class Epochs {
	#accepted: Epoch;
	#current: Epoch;
	#latest: Epoch;
	readonly #saving = new Map<number, { readonly kind: Kind; readonly epoch: Epoch }>();

	constructor(accepted: Epoch, current: Epoch) {
		this.#accepted = accepted;
		this.#current = current;
		this.#latest = accepted;
	}

	get accepted(): Epoch {
		return this.#accepted;
	}

	get current(): Epoch {
		return this.#current;
	}

	/** The latest that any voter has told of having accepted. */
	get latest(): Epoch {
		return this.#latest;
	}

	heardOf(epoch: Epoch): void {
		if (epoch > this.#latest) this.#latest = epoch;
	}

	save(kind: Kind, epoch: Epoch, ticket: number, effects: PeerEffects): void {
		this.#saving.set(ticket, { kind, epoch });
		effects.saveEpoch(kind, epoch, ticket);
	}

	stored(ticket: number): void {
		const saved = this.#saving.get(ticket);
		if (saved === undefined) return;
		this.#saving.delete(ticket);
		if (saved.kind === "acceptedEpoch") this.#accepted = saved.epoch;
		else this.#current = saved.epoch;
	}
}
