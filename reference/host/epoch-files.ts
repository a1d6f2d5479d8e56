import { DamagedFileError } from "../log/damaged-file.js";
import { type Epoch, epoch, epochOf, type Zxid } from "../model/ids.js";
import type { Disk } from "./disk.js";
import type { Flushes } from "./flushes.js";
import type { Step } from "./jobs.js";
import type { EpochKind, Epochs } from "./member-parts.js";
import { unfinishedSuffix } from "./snapshot-taker.js";

const kinds: readonly EpochKind[] = ["acceptedEpoch", "currentEpoch"];

/** What the files of a folder say, and which of them are missing. */
export interface FoundEpochs extends Epochs {
	readonly unsavedEpochs: readonly EpochKind[];
}

/**
 * Reads acceptedEpoch and currentEpoch. Where one is missing, the last transaction tells: servers without these files are of
 * releases that had none.
 * @throws DamagedFileError when the promise (accepted) is behind what was followed (current): another leader of the same
 *   epoch could then be promised the same
 */
export function readEpochs(disk: Disk, last: Zxid): FoundEpochs {
	const names = new Set(disk.list());
	const currentEpoch = maybeRead(disk, names, "currentEpoch") ?? epochOf(last);
	const acceptedEpoch = maybeRead(disk, names, "acceptedEpoch") ?? epoch(Math.max(epochOf(last), currentEpoch));
	const missing = kinds.filter((kind) => !names.has(kind));
	if (acceptedEpoch >= currentEpoch) return { acceptedEpoch, currentEpoch, unsavedEpochs: missing };
	const unfinished = maybeRead(disk, names, `acceptedEpoch${unfinishedSuffix}`);
	if (unfinished !== undefined && unfinished >= currentEpoch)
		return { acceptedEpoch: unfinished, currentEpoch, unsavedEpochs: [...missing, "acceptedEpoch"] };
	const reason = `accepted epoch ${acceptedEpoch} is less than the current epoch ${currentEpoch}`;
	throw new DamagedFileError(disk.source("acceptedEpoch").name, undefined, reason);
}

function maybeRead(disk: Disk, names: ReadonlySet<string>, file: string): Epoch | undefined {
	if (!names.has(file)) return undefined;
	const source = disk.source(file);
	const text = String.fromCharCode(...source.read(0, 32)).trim();
	if (/^\d{1,10}$/.test(text)) return epoch(Number(text));
	// What a crash left of a file that never got its name says nothing.
	if (file.endsWith(unfinishedSuffix)) return undefined;
	throw new DamagedFileError(source.name, undefined, `an epoch is a number, not ${JSON.stringify(text)}`);
}

/** The file gets its name when its bytes are safe: a crash leaves the old one or the new one. */
export function savingEpoch(disk: Disk, flushes: Flushes, kind: EpochKind, value: Epoch): Step[] {
	const unfinished = kind + unfinishedSuffix;
	return [
		(next) => {
			disk.create(unfinished);
			disk.append(
				unfinished,
				Uint8Array.from(String(value), (digit) => digit.charCodeAt(0)),
			);
			disk.finish(unfinished);
			flushes.flush(next);
		},
		(next) => {
			disk.rename(unfinished, kind);
			flushes.flush(next);
		},
	];
}
