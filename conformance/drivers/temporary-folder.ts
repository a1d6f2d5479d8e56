import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { entrust } from "./reaper.js";

export interface TemporaryFolder {
	readonly path: string;
	/** Does nothing the second time. */
	remove(): void;
	/** It stays, for who wants to look. */
	keep(): void;
}

const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

/** A new folder of the system's temporary one, which goes with this process however that ends. */
export function makeTemporaryFolder(prefix: string): TemporaryFolder {
	const folder = path.join(tmpdir(), `${prefix}-${randomUUID().slice(0, 8)}`);
	const done = entrust({ type: "folder", path: folder });
	mkdirSync(folder);
	const remove = (): void => {
		rmSync(folder, removal);
		done();
	};
	return { path: folder, remove, keep: done };
}
