import type { PlainValue } from "../../spec/load/wire-spec.js";

/** A decoded or given value: long is bigint, int and byte are number, buffer is Uint8Array or null. */
export type Value =
	| null
	| boolean
	| number
	| bigint
	| string
	| Uint8Array
	| readonly Value[]
	| { readonly [field: string]: Value };

export type Fields = { readonly [field: string]: Value };

export function isFields(value: Value | undefined): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Text for messages: bytes as hex, long values shortened. */
export function describeValue(value: Value | undefined): string {
	const text = JSON.stringify(value, (_, each: unknown) => {
		if (each instanceof Uint8Array) return `0x${Buffer.from(each).toString("hex")}`;
		return typeof each === "bigint" ? Number(each) : each;
	});
	return text === undefined ? "nothing" : text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** A value as YAML would state it: bytes as `{hex: ...}`, whole numbers as number when exact. */
export function plainOf(value: Value): PlainValue {
	if (typeof value === "bigint")
		return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
	if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
	if (Array.isArray(value)) return (value as readonly Value[]).map(plainOf);
	if (!isFields(value)) return value as PlainValue;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainOf(each)]));
}
