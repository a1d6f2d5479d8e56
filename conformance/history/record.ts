/** Microseconds of one monotonic clock since the history began. */
export type Micros = number;

export interface Stat {
	readonly czxid: number;
	readonly mzxid: number;
	readonly ctime: number;
	readonly mtime: number;
	readonly version: number;
	readonly cversion: number;
	readonly aversion: number;
	/** The session that an ephemeral node belongs to; 0n for others. */
	readonly ephemeralOwner: bigint;
	readonly dataLength: number;
	readonly numChildren: number;
	readonly pzxid: number;
}

/** Latin-1 text of the bytes, a character each; null is ZooKeeper's null. */
export type Data = string | null;

export type CreateMode =
	| "persistent"
	| "persistentSequential"
	| "ephemeral"
	| "ephemeralSequential"
	| "container"
	| "ttl"
	| "ttlSequential";

export type EventType = "created" | "deleted" | "dataChanged" | "childrenChanged";

/** What a multi is made of; outside one, `check` is not an operation. */
export type SubOperation =
	| { readonly op: "create"; readonly path: string; readonly data: Data; readonly mode: CreateMode }
	| { readonly op: "delete"; readonly path: string; readonly version: number }
	| { readonly op: "setData"; readonly path: string; readonly data: Data; readonly version: number }
	| { readonly op: "check"; readonly path: string; readonly version: number };

export type Operation =
	| Exclude<SubOperation, { readonly op: "check" }>
	| { readonly op: "getData"; readonly path: string; readonly watch: boolean }
	| { readonly op: "exists"; readonly path: string; readonly watch: boolean }
	| { readonly op: "getChildren"; readonly path: string; readonly watch: boolean }
	| { readonly op: "sync"; readonly path: string }
	| { readonly op: "multi"; readonly operations: readonly SubOperation[] }
	| { readonly op: "addWatch"; readonly path: string; readonly recursive: boolean }
	| { readonly op: "setWatches"; readonly relativeZxid: number; readonly watches: WatchLists }
	| { readonly op: "closeSession" };

/** Paths by kind of watch, as a client registers them again on a new connection. */
export interface WatchLists {
	readonly data: readonly string[];
	readonly exist: readonly string[];
	readonly child: readonly string[];
	readonly persistent: readonly string[];
	readonly recursive: readonly string[];
}

/** What a reply without an error says beside its zxid. Every create is a create2, every getChildren a getChildren2. */
export type Result =
	| { readonly op: "create"; readonly path: string; readonly stat: Stat }
	| { readonly op: "setData" | "exists"; readonly stat: Stat }
	| { readonly op: "getData"; readonly data: Data; readonly stat: Stat }
	/** Sorted. */
	| { readonly op: "getChildren"; readonly names: readonly string[]; readonly stat: Stat }
	| { readonly op: "multi"; readonly results: readonly SubResult[] }
	| { readonly op: "none" };

/** Of a failed multi each part has an error: 0, the one that failed, and RUNTIMEINCONSISTENCY behind it. */
export type SubResult =
	| { readonly op: "error"; readonly err: number }
	/** Apache before 3.8.2 gives no Stat for a create2 in a multi. */
	| { readonly op: "create"; readonly path: string; readonly stat: Stat | undefined }
	| { readonly op: "setData"; readonly stat: Stat }
	| { readonly op: "delete" | "check" };

/**
 * One line of a history, in the order in which the recorder saw it. `client` is one thread of a workload, which has one
 * session after the other; `connection` counts the connections of all clients from 1; `call` counts the calls of all clients
 * from 0.
 */
export type HistoryRecord =
	/** The handshake was sent. A new session has `session` 0n. */
	| {
			readonly type: "connecting";
			readonly atUs: Micros;
			readonly client: number;
			readonly connection: number;
			/** Which server, by its index in the header. */
			readonly server: number;
			readonly session: bigint;
			readonly lastZxid: number;
			readonly timeoutMs: number;
	  }
	| {
			readonly type: "connected";
			readonly atUs: Micros;
			readonly connection: number;
			readonly session: bigint;
			readonly timeoutMs: number;
	  }
	/** The server answered that the session is gone. */
	| { readonly type: "expired"; readonly atUs: Micros; readonly connection: number }
	/** The connection is over; calls without a reply each get a `lost`. */
	| { readonly type: "disconnected"; readonly atUs: Micros; readonly connection: number }
	| {
			readonly type: "call";
			readonly atUs: Micros;
			readonly call: number;
			readonly connection: number;
			readonly operation: Operation;
	  }
	| {
			readonly type: "reply";
			readonly atUs: Micros;
			readonly call: number;
			readonly zxid: number;
			readonly err: number;
			/** `{ op: "none" }` with an error. */
			readonly result: Result;
	  }
	/** No reply can come any more: it may have happened or not. */
	| { readonly type: "lost"; readonly atUs: Micros; readonly call: number }
	| {
			readonly type: "event";
			readonly atUs: Micros;
			readonly connection: number;
			/** Of the notification's header; -1 from servers that do not tell. */
			readonly zxid: number;
			readonly event: EventType;
			readonly path: string;
	  }
	/** Something was done to the servers or the network; `text` is for people. */
	| { readonly type: "fault"; readonly atUs: Micros; readonly servers: readonly number[]; readonly text: string }
	/**
	 * `healed`: nothing is broken any more. `final`: clients that only sync and read follow, one a server, which see the whole
	 * workload root. `end`: the history is whole.
	 */
	| { readonly type: "phase"; readonly atUs: Micros; readonly phase: "healed" | "final" | "end" };

/** What stands once, at the beginning of a history. */
export interface HistoryHeader {
	readonly format: "zkspec history/1";
	/** Name of the workload. */
	readonly workload: string;
	readonly seed: number;
	/** `host:port`, or a name, by the index that records give. */
	readonly servers: readonly string[];
	/** Everything happened below this node, which was made for it. */
	readonly root: string;
	readonly target: string;
	/** ISO 8601. */
	readonly startedAt: string;
	/** Rules of the workload beside those that always hold, such as `lock` with its path. */
	readonly rules: readonly HistoryRule[];
	/** Settings of the servers that bound something, where they are known. */
	readonly facts: Readonly<Record<string, number | boolean | string>>;
	/**
	 * Name of the only rule that can judge it: what this rule's finding does not need was left out, so that to other rules,
	 * such as one that counts versions, much would be missing.
	 */
	readonly judgedBy?: string;
}

/** A rule that only the workload can know, with what it is about. */
export interface HistoryRule {
	readonly rule: string;
	readonly [parameter: string]: unknown;
}
