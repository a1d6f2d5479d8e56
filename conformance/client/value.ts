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
