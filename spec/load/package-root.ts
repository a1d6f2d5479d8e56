import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json; compiled code of this room stands three folders below it (dist/spec/load). */
export const packageRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** Of zkspec. */
export function versionOfPackage(): string {
	const text = readFileSync(path.join(packageRoot, "package.json"), "utf8");
	return (JSON.parse(text) as { version: string }).version;
}
