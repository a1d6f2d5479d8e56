const textMax = 120;

/** One line for any value of the language: texts quoted, buffers as text where they are, else as hex. */
export function describeValue(value: unknown): string {
	if (value === undefined) return "absent";
	if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "bigint")
		return String(value);
	if (typeof value === "string") return describeText(value);
	if (value instanceof Uint8Array) return describeBytes(value);
	if (Array.isArray(value)) return `[${value.map(describeValue).join(", ")}]`;
	const fields = Object.entries(value).map(([name, item]) => `${name}: ${describeValue(item)}`);
	return `{${fields.join(", ")}}`;
}

/** In quotes, its end left out where it is longer than so many characters. */
export function describeText(text: string, charactersMax = textMax): string {
	const shown = text.length > charactersMax ? `${text.slice(0, charactersMax)}… (${text.length} characters)` : text;
	return JSON.stringify(shown);
}

function describeBytes(bytes: Uint8Array): string {
	const text = Buffer.from(bytes).toString("latin1");
	if (/^[\x20-\x7e]*$/.test(text)) return describeText(text);
	const hex = Buffer.from(bytes.subarray(0, textMax / 2)).toString("hex");
	return `0x${hex}${bytes.length > textMax / 2 ? `… (${bytes.length} bytes)` : ""}`;
}
