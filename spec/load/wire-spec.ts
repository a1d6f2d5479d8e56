import type { Place } from "./spec-error.js";

export type PrimitiveName = "boolean" | "byte" | "int" | "long" | "float" | "double" | "ustring" | "buffer";

export type WireType =
	| { readonly kind: "primitive"; readonly name: PrimitiveName }
	| { readonly kind: "vector"; readonly item: WireType }
	| { readonly kind: "record"; readonly name: string };

/** A value as YAML states it: mapping, list, text, number (bigint when not exact), boolean or null. */
export type PlainValue =
	| null
	| boolean
	| number
	| bigint
	| string
	| readonly PlainValue[]
	| { readonly [field: string]: PlainValue };

export type PlainFields = { readonly [field: string]: PlainValue };

export interface FieldSpec {
	readonly name: string;
	readonly type: WireType;
	/** The enum whose names may stand for a number. */
	readonly enumName?: string;
	/** May be absent at the end of the bytes. */
	readonly optional: boolean;
}

export interface RecordSpec {
	readonly name: string;
	readonly fields: readonly FieldSpec[];
	readonly defaults: PlainFields;
	readonly shorthand?: string;
}

/** A body made of a list of requests or results, each behind a header (multi, multiRead). */
export interface SequenceSpec {
	readonly name: string;
	readonly list: string;
	readonly header: string;
	readonly select: string;
	readonly items: "request" | "reply";
	readonly operations: readonly string[];
	readonly each: PlainFields;
	readonly end: PlainFields;
	readonly until: string;
	readonly failed?: { readonly code: number; readonly record: string };
}

export interface OperationSpec {
	readonly name: string;
	readonly code: number;
	/** First version of the protocol that has it, such as 3.5.3. */
	readonly since: string;
	/** A record or a sequence; absent when the message is its header only. */
	readonly request?: string;
	readonly reply?: string;
	/** The fixed request number, for operations that have one. */
	readonly xid?: number;
	/** The operation whose code marks this one's result in a list of results. */
	readonly resultOf?: string;
	readonly defaults: PlainFields;
	readonly shorthand?: string;
}

export interface EnumSpec {
	readonly name: string;
	readonly flags: boolean;
	readonly values: ReadonlyMap<string, number>;
}

/** The client protocol as data, merged from all wire files. */
export interface WireSpec {
	readonly frame: { readonly lengthBytes: 4; readonly requestBytesMax: number };
	readonly handshake: { readonly request: string; readonly reply: string };
	readonly headers: { readonly request: string; readonly reply: string; readonly event: string };
	readonly xids: ReadonlyMap<string, number>;
	readonly fourLetterWords: readonly string[];
	readonly enums: ReadonlyMap<string, EnumSpec>;
	readonly records: ReadonlyMap<string, RecordSpec>;
	readonly sequences: ReadonlyMap<string, SequenceSpec>;
	readonly operations: ReadonlyMap<string, OperationSpec>;
	/** Where a record, sequence, operation or enum (`records.Stat`) is defined. */
	readonly places: ReadonlyMap<string, Place>;
}

const primitiveNames: readonly string[] = ["boolean", "byte", "int", "long", "float", "double", "ustring", "buffer"];

/** Reads `vector<ACL>` and the like; any name that is not a primitive is a record's. */
export function parseWireType(text: string): WireType {
	const item = /^vector<(.+)>$/.exec(text)?.[1];
	if (item !== undefined) return { kind: "vector", item: parseWireType(item) };
	if (primitiveNames.includes(text)) return { kind: "primitive", name: text as PrimitiveName };
	return { kind: "record", name: text };
}
