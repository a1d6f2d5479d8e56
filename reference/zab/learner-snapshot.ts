import { DecodeError, Reader } from "../lib/reader.js";
import { Writer } from "../lib/writer.js";
import type { Zxid } from "../model/ids.js";
import type { SnapshotIntake } from "./contract.js";

/** What stands behind every snapshot, for both sides to see that they have read the same. */
const snapshotSignature = "BenWasHere";
const signatureBytes = 4 + snapshotSignature.length;

/** A snapshot on its way in, with its signature. */
export class LearnerSnapshot {
	readonly at: Zxid;
	readonly intake: SnapshotIntake;
	#behind: Uint8Array | undefined;

	constructor(at: Zxid, intake: SnapshotIntake) {
		this.at = at;
		this.intake = intake;
	}

	/** The packets behind it once it is complete. @throws DecodeError */
	push(bytes: Uint8Array): Uint8Array | undefined {
		const more = this.#behind === undefined ? this.intake.push(bytes) : bytes;
		if (more === undefined) return undefined;
		this.#behind = joined(this.#behind, more);
		if (this.#behind.length < signatureBytes) return undefined;
		if (new Reader(this.#behind.subarray(0, signatureBytes)).ustring() !== snapshotSignature) {
			throw new DecodeError("a snapshot without its signature");
		}
		return this.#behind.subarray(signatureBytes);
	}
}

export const encodeSignature = (): Uint8Array => new Writer(signatureBytes).ustring(snapshotSignature).bytes();

function joined(first: Uint8Array | undefined, second: Uint8Array): Uint8Array {
	if (first === undefined) return second;
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}
