/** A file that can not be what a server wrote and then lost power over: reading on would lose data silently. */
export class DamagedFileError extends Error {
	override readonly name = "DamagedFileError";

	/** @param offset where in the file, in bytes; undefined when the file as a whole is the matter */
	constructor(file: string, offset: number | undefined, reason: string) {
		super(offset === undefined ? `${file}: ${reason}` : `${file}: at byte ${offset}: ${reason}`);
	}
}
