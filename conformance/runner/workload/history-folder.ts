import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../exit-code.js";

/** Where histories are while a program runs, and which of them stay. */
export class HistoryFolder {
	readonly #temporary: string;
	readonly #wanted: string | undefined;
	readonly #isFolder: boolean;

	/** @throws UsageError when there is no place for what is wanted */
	constructor(temporary: string, wanted: string | undefined, count: number) {
		this.#temporary = temporary;
		this.#wanted = wanted;
		this.#isFolder = count > 1;
		if (wanted === undefined) return;
		try {
			mkdirSync(this.#isFolder ? wanted : path.dirname(wanted), { recursive: true });
		} catch (error) {
			throw new UsageError(`--history ${wanted} can not be written: ${(error as Error).message}`);
		}
	}

	fileOf(workload: string, seed: number): string {
		const name = `zkspec-${workload}-${seed}.zkh`;
		if (this.#wanted === undefined) return path.join(this.#temporary, name);
		return this.#isFolder ? path.join(this.#wanted, name) : this.#wanted;
	}

	/** Removes one that nobody asked for; else says where it stays. */
	done(file: string): string | undefined {
		if (this.#wanted !== undefined) return file;
		rmSync(file, { force: true });
		return undefined;
	}

	/** Where one that shows something stays: here, if nobody said otherwise. */
	keep(file: string): string {
		if (this.#wanted !== undefined) return file;
		const kept = path.basename(file);
		copyFileSync(file, kept);
		rmSync(file, { force: true });
		return kept;
	}
}
