import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type SourceFile, sourceFile } from "./source-file.js";

const wings = ["spec", "reference", "conformance", "bench", "ci"];

/** Every TypeScript and JavaScript file of the project. */
export function projectFiles(root: string): SourceFile[] {
	return wings
		.filter((wing) => existsSync(join(root, wing)))
		.flatMap((wing) => pathsUnder(root, wing))
		.map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
}

function pathsUnder(root: string, folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) return pathsUnder(root, path);
		return /\.(?:ts|mjs)$/.test(entry.name) ? [path] : [];
	});
}
