import { crc32 } from "../../reference/lib/crc32.js";
import { encodeUtf8 } from "../../reference/lib/utf8.js";

/** One thing to measure. `run` does it `operations` times; `check` says what was wrong with all its runs. */
export interface Task {
	readonly name: string;
	readonly operations: number;
	run(): void;
	check(runs: number): string | undefined;
	/** Of what the last run made, as bytes or text: the same work gives the same checksum, on whatever machine. */
	made(): Uint8Array | string;
}

/** Small enough for a fine clock, large enough that one call of a task costs nothing beside it. */
export const operations = 100;
export const dataBytes = 1024;
export const data = new Uint8Array(dataBytes).fill(0x61);
export const wallMs = 1_700_000_000_000;

export function repeat(call: (i: number) => void): void {
	for (let i = 0; i < operations; i++) call(i);
}

export function expectEqual(
	what: string,
	actual: number | string | bigint,
	expected: number | string | bigint,
): string | undefined {
	return actual === expected ? undefined : `${what}: ${actual} instead of ${expected}`;
}

export interface TwoRuns {
	/** Of what the second run made: eight hexadecimal digits. */
	readonly checksum: string;
	readonly problem: string | undefined;
}

/** `task` is fresh. */
export function runTwice(task: Task): TwoRuns {
	task.run();
	task.run();
	const made = task.made();
	const bytes = typeof made === "string" ? encodeUtf8(made) : made;
	return { checksum: crc32(bytes).toString(16).padStart(8, "0"), problem: task.check(2) };
}
