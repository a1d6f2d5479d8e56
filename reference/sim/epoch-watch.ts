import type { DiskWatcher, SimDisk } from "./sim-disk.js";
import { mustHold } from "./violation.js";

/** The epochs of one member, as its files say: they never go back while it runs. */
export class EpochWatch implements DiskWatcher {
	/** The disk that is watched. */
	disk: SimDisk | undefined;
	readonly #who: number;
	readonly #onSave: (kind: string, epoch: number) => void;
	readonly #last = new Map<string, number>();

	/** `found`: what is on the disk now. */
	constructor(who: number, found: ReadonlyMap<string, Uint8Array>, onSave: (kind: string, epoch: number) => void) {
		this.#who = who;
		this.#onSave = onSave;
		for (const name of ["acceptedEpoch", "currentEpoch"]) this.#last.set(name, numberOf(found.get(name)));
	}

	created(): void {}
	appended(): void {}
	truncated(): void {}
	removed(): void {}

	renamed(_from: string, to: string): void {
		const before = this.#last.get(to);
		const source = this.disk?.source(to);
		if (before === undefined || source === undefined) return;
		const value = numberOf(source.read(0, source.sizeBytes));
		mustHold(
			value >= before,
			"epochs never go back",
			() => `server ${this.#who}: ${to} went from ${before} to ${value}`,
		);
		this.#last.set(to, value);
		this.#onSave(to, value);
	}
}

/** ASCII digits; nothing is 0. */
export function numberOf(bytes: Uint8Array | undefined): number {
	return bytes === undefined ? 0 : Number(String.fromCharCode(...bytes));
}
