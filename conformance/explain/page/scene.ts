/**
 * What a page shows, as it is embedded: the head as JSON, and columns of numbers, one value for each item. An item is a call or
 * an event; items are sorted by lane, then by time.
 */
export interface SceneHead {
	readonly title: string;
	readonly outcome: "ok" | "violated" | "unknown";
	/** Label and value: workload, target, seed and so on. */
	readonly facts: readonly (readonly [label: string, value: string])[];
	/** Why something is unknown. */
	readonly reasons: readonly string[];
	readonly servers: readonly string[];
	/** Nearly all paths begin with it: labels leave it out. */
	readonly root: string;
	readonly durationUs: number;
	readonly findings: readonly SceneFinding[];
	readonly lanes: readonly SceneLane[];
	readonly connections: readonly SceneConnection[];
	/** The server that each connection of the history was made to, by its number; -1 for numbers that are none. */
	readonly serverByConnection: readonly number[];
	readonly bands: readonly SceneBand[];
	readonly faults: readonly SceneMoment[];
	readonly phases: readonly SceneMoment[];
	/** Operations and events by the number that the column `kind` gives. */
	readonly kinds: readonly SceneKind[];
	/** Paths by the number that the column `path` gives; the first is for items without one. */
	readonly paths: readonly string[];
	readonly errorNames: Readonly<Record<string, string>>;
	readonly itemCount: number;
	/** Records that the page leaves out, because the history is longer than a page can bear. */
	readonly leftOut: number;
}

export interface SceneKind {
	readonly name: string;
	readonly look: "read" | "write" | "other" | "event";
}

export interface SceneFinding {
	readonly clause: string;
	/** What the clause promises, from the spec. */
	readonly promise: string;
	readonly rule: string;
	readonly text: string;
	readonly lines: readonly SceneLine[];
}

/** A line of a finding, and where it is in the picture. */
export interface SceneLine {
	readonly text: string;
	readonly fromUs: number;
	readonly toUs: number;
	/** -1: of no session, such as a fault. */
	readonly lane: number;
	/** -1: no call and no event. */
	readonly item: number;
}

/** A session, or a client while it has none. */
export interface SceneLane {
	readonly session: string;
	readonly client: number;
	/** Its items are those from `first` on. */
	readonly first: number;
	readonly count: number;
	/** How many calls are under way at once at most. */
	readonly slots: number;
}

/** `[lane, server, fromUs, toUs, how it ended]` */
export type SceneConnection = readonly [
	lane: number,
	server: number,
	fromUs: number,
	toUs: number,
	end: "open" | "lost" | "expired" | "refused",
];

/** A time in which something was broken. */
export interface SceneBand {
	readonly server: number;
	readonly fromUs: number;
	readonly toUs: number;
	readonly text: string;
}

export interface SceneMoment {
	readonly atUs: number;
	readonly servers: readonly number[];
	readonly text: string;
}

/** Stands in the column `end` for what has no reply: in doubt. */
export const flagLost = 1;
/** The history ends before the call does. */
export const flagOpen = 2;

/** Calls that are under way at once are drawn below one another up to this many. */
export const slotsMax = 12;

/** Items of which the details are compressed together. */
export const chunkItems = 2048;

/** Columns in the order in which they are embedded; each is a sequence of varints, those marked signed in zigzag form. */
export const columnNames = [
	/** Difference to the item before it in its lane. */
	"start",
	"duration",
	"kind",
	"flags",
	"slot",
	"path",
	/** Signed difference to the item before it in its lane. */
	"zxid",
	/** Signed. */
	"err",
	/** Ordinal of its first record: difference to the item before it in its lane. */
	"record",
	/** Ordinal of its reply, from its first record on; 0 when it has none. */
	"reply",
	/** Signed difference to the item before it in its lane: number of the connection in the history. */
	"connection",
] as const;

export type ColumnName = (typeof columnNames)[number];

/** Names of the fields of a Stat, which details give as a list. */
export const statFields = [
	"czxid",
	"mzxid",
	"ctime",
	"mtime",
	"version",
	"cversion",
	"aversion",
	"ephemeralOwner",
	"dataLength",
	"numChildren",
	"pzxid",
] as const;
