import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { edited, editsOf, type Mutant } from "./mutant.js";

/**
 * Works with a copy of compiled rooms (folders of `dist`) that has the fault in it (none: that is sound), and removes it
 * afterwards. `folder` stands for the project's: its programs are below `dist`.
 * @throws MutantError when the fault does not fit the code
 */
export async function withPlanted<T>(
	mutant: Mutant | undefined,
	rooms: readonly string[],
	work: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), "zkspec-mutant-"));
	try {
		plant(mutant, rooms, folder);
		return await work(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** The copy lies outside of the project: its packages and its spec are the project's. */
function plant(mutant: Mutant | undefined, rooms: readonly string[], folder: string): void {
	for (const room of rooms) {
		cpSync(join("dist", room), join(folder, "dist", room), {
			recursive: true,
			filter: (path) => !/\.(?:map|d\.ts|tsbuildinfo)$|\.test\.js$/.test(path),
		});
	}
	for (const name of ["node_modules", "spec"]) symlinkSync(resolve(name), join(folder, name));
	cpSync("package.json", join(folder, "package.json"));
	for (const edit of mutant === undefined ? [] : editsOf(mutant)) {
		const path = join(folder, "dist", "reference", edit.file);
		writeFileSync(path, edited(readFileSync(path, "utf8"), edit));
	}
}
