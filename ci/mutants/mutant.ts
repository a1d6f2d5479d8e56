import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** One place of a compiled file of the reference, and what stands there instead. */
export interface Edit {
	readonly file: string;
	/** Must occur exactly once. */
	readonly find: string;
	readonly replace: string;
}

/** A fault to plant; `and` where one place is not enough. */
export interface Mutant extends Edit {
	readonly id: string;
	/** What goes wrong with it, in words. */
	readonly breaks: string;
	readonly and?: readonly Edit[];
	/** Where it was found last, from 1 on; another one once the core has changed. */
	readonly seed?: number;
	/** What the simulator is told beside the seeds. */
	readonly options?: readonly string[];
}

export function readMutants(file: string): readonly Mutant[] {
	return parse(readFileSync(file, "utf8")) as Mutant[];
}

export const editsOf = (mutant: Mutant): readonly Edit[] => [mutant, ...(mutant.and ?? [])];

/** @throws MutantError when the text is not there exactly once */
export function edited(text: string, { file, find, replace }: Edit): string {
	const parts = text.split(find);
	if (parts.length !== 2) throw new MutantError(`${file}: found ${parts.length - 1} times: ${find}`);
	return parts.join(replace);
}

/** A mutant that does not fit the code any more. */
class MutantError extends Error {
	override readonly name = "MutantError";
}
