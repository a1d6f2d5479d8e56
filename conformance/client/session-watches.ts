import type { Codec } from "./codec.js";
import type { Fields } from "./value.js";

const lists = [
	"dataWatches",
	"existWatches",
	"childWatches",
	"persistentWatches",
	"persistentRecursiveWatches",
] as const;
type List = (typeof lists)[number];

/** One request that registers watches again. */
export interface WatchRequest {
	readonly operation: "setWatches" | "setWatches2";
	readonly fields: Fields;
}

/** As much path text as real clients put into one request, well below what a server accepts. */
const requestBytesMax = 128 * 1024;

/** The watches that a client believes to have, so that it can register them on its next connection. */
export class SessionWatches {
	readonly #codec: Codec;
	readonly #paths: Readonly<Record<List, Set<string>>>;

	constructor(codec: Codec) {
		this.#codec = codec;
		this.#paths = {
			dataWatches: new Set(),
			existWatches: new Set(),
			childWatches: new Set(),
			persistentWatches: new Set(),
			persistentRecursiveWatches: new Set(),
		};
	}

	/** Takes note of a request that has been answered; `err` is the reply's. */
	answered(operation: string, fields: Fields, err: number): void {
		const path = String(fields.path);
		const list = this.#registeredBy(operation, fields, err);
		if (list !== undefined) this.#paths[list].add(path);
		if (operation === "removeWatches" && err === 0) this.#remove(path, fields.type as number | string);
	}

	#registeredBy(operation: string, fields: Fields, err: number): List | undefined {
		if (operation === "addWatch") return err === 0 ? this.#listOfMode(fields.mode as number | string) : undefined;
		if (fields.watch !== true) return undefined;
		if (operation === "exists" && err === this.#codec.errorCode("NONODE")) return "existWatches";
		if (err !== 0) return undefined;
		if (operation === "exists" || operation === "getData") return "dataWatches";
		return operation.startsWith("getChildren") ? "childWatches" : undefined;
	}

	#listOfMode(mode: number | string = "PERSISTENT"): List {
		const value = typeof mode === "number" ? mode : this.#codec.enumValue("addWatchMode", mode);
		const recursive = value === this.#codec.enumValue("addWatchMode", "PERSISTENT_RECURSIVE");
		return recursive ? "persistentRecursiveWatches" : "persistentWatches";
	}

	#remove(path: string, type: number | string = "Any"): void {
		const name = typeof type === "number" ? this.#codec.maybeEnumName("watcherType", type) : type;
		const removed: Readonly<Record<string, readonly List[]>> = {
			Any: lists,
			Children: ["childWatches"],
			Data: ["dataWatches", "existWatches"],
			Persistent: ["persistentWatches"],
			PersistentRecursive: ["persistentRecursiveWatches"],
		};
		for (const list of removed[name ?? ""] ?? []) this.#paths[list].delete(path);
	}

	/** Forgets the watches that an event used up; persistent ones stay. */
	fired(event: Fields): void {
		const used: Readonly<Record<string, readonly List[]>> = {
			NodeCreated: ["dataWatches", "existWatches"],
			NodeDataChanged: ["dataWatches", "existWatches"],
			NodeChildrenChanged: ["childWatches"],
			NodeDeleted: ["dataWatches", "existWatches", "childWatches"],
		};
		const name = this.#codec.maybeEnumName("eventType", Number(event.type)) ?? "";
		for (const list of used[name] ?? []) this.#paths[list].delete(String(event.path));
	}

	/** The requests for a new connection, each with at most 128 KiB of paths. */
	requests(relativeZxid: bigint): readonly WatchRequest[] {
		const batches: Record<List, string[]>[] = [];
		let bytes = requestBytesMax;
		for (const list of lists) {
			for (const path of this.#paths[list]) {
				bytes += 4 + Buffer.byteLength(path);
				if (bytes > requestBytesMax) {
					batches.push(emptyLists());
					bytes = 4 + Buffer.byteLength(path);
				}
				batches.at(-1)?.[list].push(path);
			}
		}
		return batches.map((batch) => requestOf(batch, relativeZxid));
	}
}

function emptyLists(): Record<List, string[]> {
	return {
		dataWatches: [],
		existWatches: [],
		childWatches: [],
		persistentWatches: [],
		persistentRecursiveWatches: [],
	};
}

/** The older request as long as it can say everything, for the sake of older servers. */
function requestOf(batch: Record<List, string[]>, relativeZxid: bigint): WatchRequest {
	const { persistentWatches, persistentRecursiveWatches, ...others } = batch;
	if (persistentWatches.length + persistentRecursiveWatches.length === 0) {
		return { operation: "setWatches", fields: { relativeZxid, ...others } };
	}
	return { operation: "setWatches2", fields: { relativeZxid, ...batch } };
}
