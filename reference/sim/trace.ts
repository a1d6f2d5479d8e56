/** What a line of the trace is about. */
export const traced = { turn: 1, deliver: 2, link: 3, flush: 4, fault: 5, client: 6, commit: 7, member: 8 } as const;

/**
 * Everything that happens goes into one hash: two runs with the same hash took the same course. A story in words is
 * told on demand only: `trace.tell?.(…)` costs nothing when nobody listens.
 */
export class Trace {
	readonly tell: ((line: string) => void) | undefined;
	#high = 0x243f6a88;
	#low = 0x85a308d3 | 0;

	constructor(tell?: (line: string) => void) {
		this.tell = tell;
	}

	mix(kind: number, a: number, b: number): void {
		const low = Math.imul(this.#low ^ kind ^ (a << 4), 0x9e3779b1);
		const high = Math.imul(this.#high ^ b ^ (low >>> 15), 0x85ebca6b);
		this.#low = (low ^ (high >>> 13)) | 0;
		this.#high = (high + this.#low) | 0;
	}

	/** 16 hexadecimal digits. */
	get hash(): string {
		return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
	}
}
