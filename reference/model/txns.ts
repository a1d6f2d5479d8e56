import type { SessionId, Zxid } from "./ids.js";
import type { Acl } from "./records.js";

/** What whoever has decided a change knows of it and no log has: the data need not be read again when it is applied. */
interface Worked {
	/** CRC-32 of path and data. */
	readonly contentCrc?: number;
}

/** A state change that has been decided: replaying it can not fail. Type numbers are those of the log files. */
export type Txn =
	| (Worked & {
			readonly type: 1 | 15;
			readonly path: string;
			readonly data: Uint8Array | null;
			readonly acl: readonly Acl[];
			readonly ephemeral: boolean;
			/** The parent's raw cversion after this create; −1 in legacy logs. */
			readonly parentCversion: number;
	  })
	| (Worked & {
			readonly type: 19;
			readonly path: string;
			readonly data: Uint8Array | null;
			readonly acl: readonly Acl[];
			readonly parentCversion: number;
	  })
	| (Worked & {
			readonly type: 21;
			readonly path: string;
			readonly data: Uint8Array | null;
			readonly acl: readonly Acl[];
			readonly parentCversion: number;
			readonly ttlMs: number;
	  })
	| { readonly type: 2 | 20; readonly path: string }
	| (Worked & {
			readonly type: 5 | 16;
			readonly path: string;
			readonly data: Uint8Array | null;
			readonly version: number;
	  })
	| { readonly type: 7; readonly path: string; readonly acl: readonly Acl[]; readonly version: number }
	/** Only inside a multi. */
	| { readonly type: 13; readonly path: string; readonly version: number }
	| { readonly type: -10; readonly timeoutMs: number }
	/** `paths` is null in legacy logs, whose record has no body. */
	| { readonly type: -11; readonly paths: readonly string[] | null }
	| { readonly type: -1; readonly error: number }
	/** A failed multi holds an error txn: then none of it is applied. */
	| { readonly type: 14; readonly txns: readonly Txn[] };

/** The four kinds of create. */
export type CreateTxn = Extract<Txn, { type: 1 | 15 | 19 | 21 }>;

export interface TxnHeader {
	readonly session: SessionId;
	readonly cxid: number;
	readonly zxid: Zxid;
	/** Wall clock of the server that ordered it; ctime and mtime come from here. */
	readonly timeMs: number;
	readonly type: Txn["type"];
}

/** One record of the transaction log. `digest` is the tree's after applying it; error txns carry none. */
export interface LogEntry {
	readonly header: TxnHeader;
	readonly txn: Txn;
	readonly digest: bigint | null;
}
