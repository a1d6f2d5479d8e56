import type { LogLevel } from "./options.js";

const codes = { red: 31, green: 32, yellow: 33, blue: 34, dim: 2, bold: 1 } as const;
export type Colour = keyof typeof codes;

/** Standard output, or what stands for it. */
export type Paper = Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">;

/** Where text goes: lines to standard output, progress to the last line of a terminal, colours only there. */
export class Screen {
	readonly level: LogLevel;
	readonly #out: Paper;
	readonly #live: boolean;
	#status = "";

	constructor(out: Paper, level: LogLevel) {
		this.#out = out;
		this.level = level;
		this.#live = out.isTTY === true && level !== "quiet";
	}

	get width(): number {
		return this.#out.isTTY ? Math.max(60, this.#out.columns) : 160;
	}

	line(text = ""): void {
		this.#clear();
		this.#out.write(`${text}\n`);
		this.#draw();
	}

	colour(colour: Colour, text: string): string {
		return this.#out.isTTY && process.env.NO_COLOR === undefined ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
	}

	/** Progress on the last line of a terminal; nowhere else. */
	status(text: string): void {
		if (!this.#live) return;
		this.#clear();
		this.#status = text.slice(0, this.width - 1);
		this.#draw();
	}

	#clear(): void {
		if (this.#status !== "") this.#out.write("\r\x1b[K");
	}

	#draw(): void {
		if (this.#status !== "") this.#out.write(this.#status);
	}
}

/** Cuts a text to the width with an ellipsis. */
export function cut(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}
