/** What a JSON text may hold; a bigint is written as the whole number that it is. */
export type Json = string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** As Apache's admin endpoint prints it: members on lines of their own, lists on one line. */
export function jsonText(value: Json, indent = ""): string {
	if (typeof value === "bigint") return value.toString();
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	if (isList(value))
		return value.length === 0 ? "[ ]" : `[ ${value.map((each) => jsonText(each, indent)).join(", ")} ]`;
	const inner = `${indent}  `;
	const members = Object.entries(value).map(
		([key, each]) => `${inner}${JSON.stringify(key)} : ${jsonText(each, inner)}`,
	);
	return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${indent}}`;
}

function isList(value: Json): value is readonly Json[] {
	return Array.isArray(value);
}
