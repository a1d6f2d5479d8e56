/** A place in a spec file; line and column count from 1. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

export function describePlace({ file, line, column }: Place): string {
	return `${file}:${line}:${column}`;
}

/** A mistake in a spec file. The message is one `file:line:column: found; expected` line for each problem. */
export class SpecError extends Error {
	override readonly name = "SpecError";
	readonly file: string;
	readonly line: number;
	readonly column: number;

	constructor(place: Place, text: string, more: readonly string[] = []) {
		super([`${describePlace(place)}: ${text}`, ...more].join("\n"));
		this.file = place.file;
		this.line = place.line;
		this.column = place.column;
	}
}
