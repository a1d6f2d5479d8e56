import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { packageRoot } from "./package-root.js";

/**
 * To parse and check files that have not changed would be most of the start of every command, so those of the package
 * are parsed once. Beside the compiled code, because whoever could write there could change the code as well.
 */
const folder = path.join(packageRoot, "dist", ".parsed");
const own = ["spec", path.join("bench", "workloads")].map((name) => path.join(packageRoot, name, path.sep));

/**
 * What `make` made of the same texts before, if that is known; plain data.
 * @param file one of the package's, or it is not remembered
 */
export function remember<T>(file: string, texts: readonly string[], make: () => T): T {
	const whole = path.resolve(file);
	if (!own.some((begin) => whole.startsWith(begin))) return make();
	const name = path.relative(packageRoot, whole);
	const place = path.join(folder, `${name.replaceAll(path.sep, "-")}.v8-${process.versions.v8}`);
	const bytes = existsSync(place) ? readFileSync(place) : Buffer.alloc(0);
	const stored = bytes.subarray(sealBytes);
	if (bytes.subarray(0, sealBytes).equals(sealOf(texts, stored))) return deserialize(stored) as T;
	const value = make();
	const made = serialize(value);
	store(place, Buffer.concat([sealOf(texts, made), made]));
	return value;
}

/** When the code that reads was built. */
const builtMs = readdirSync(import.meta.dirname).map((name) => statSync(path.join(import.meta.dirname, name)).mtimeMs);

const sealBytes = 32;

/** Of the texts, of the code that reads them, and of what it made: a machine that stops may leave half of a file. */
function sealOf(texts: readonly string[], made: Uint8Array): Buffer {
	const hash = createHash("sha256").update(builtMs.join());
	for (const text of texts) hash.update(`${text.length}:`).update(text);
	return hash.update(made).digest();
}

const tolerated = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"];

/** Whole or not at all: others may read it, or write the same, at this moment. */
function store(place: string, bytes: Buffer): void {
	const draft = `${place}.${process.pid}`;
	try {
		mkdirSync(folder, { recursive: true });
		writeFileSync(draft, bytes);
		renameSync(draft, place);
	} catch (error) {
		// An installation that its user may not write to works as well, only slower; so does one on a full disk.
		if (!tolerated.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
		rmSync(draft, { force: true });
	}
}
