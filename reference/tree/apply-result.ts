import type { Acl, Stat } from "../model/records.js";

/** What one transaction, or one part of a multi, came to. */
export interface TxnResult {
	/** 0, or the code that an error txn carries, or what replay of an already applied txn ran into. */
	readonly error: number;
	readonly path: string | null;
	/** The node's Stat directly after: of all kinds of create, setData and setACL. */
	readonly stat: Stat | null;
	/** One for each part of a multi. */
	readonly results: readonly TxnResult[] | null;
}

/** Something that watches may be waiting for, with the ACLs that decide who may learn of it. */
export type Change =
	| {
			readonly type: "created" | "deleted";
			readonly path: string;
			readonly acl: readonly Acl[];
			readonly parentAcl: readonly Acl[];
	  }
	| { readonly type: "dataChanged"; readonly path: string; readonly acl: readonly Acl[] };

export interface ApplyResult {
	readonly result: TxnResult;
	/** In the order in which they took place. */
	readonly changes: readonly Change[];
}
