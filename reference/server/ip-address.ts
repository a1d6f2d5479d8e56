/** The bytes of an address in text, 4 or 16 of them; undefined when it is none. */
export function maybeParseAddress(text: string): readonly number[] | undefined {
	return text.includes(":") ? maybeParseIpv6(text) : maybeParseIpv4(text);
}

function maybeParseIpv4(text: string): readonly number[] | undefined {
	const parts = text.split(".");
	const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
	return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function maybeParseIpv6(text: string): readonly number[] | undefined {
	const [left, right, ...more] = text.split("::");
	if (left === undefined || more.length > 0) return undefined;
	const head = groups(left);
	const tail = right === undefined ? [] : groups(right);
	const missing = 8 - head.length - tail.length;
	if (right === undefined ? missing !== 0 : missing < 1) return undefined;
	const all = [...head, ...Array<number>(missing).fill(0), ...tail];
	return all.some(Number.isNaN) ? undefined : all.flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): number[] {
	if (text === "") return [];
	return text.split(":").map((group) => (/^[0-9a-fA-F]{1,4}$/.test(group) ? Number.parseInt(group, 16) : Number.NaN));
}

interface AddressPattern {
	readonly bytes: readonly number[];
	readonly bits: number;
}

/** `address` or `address/bits`. */
function maybeParsePattern(text: string): AddressPattern | undefined {
	const slash = text.indexOf("/");
	const bytes = maybeParseAddress(slash === -1 ? text : text.slice(0, slash));
	if (bytes === undefined) return undefined;
	if (slash === -1) return { bytes, bits: bytes.length * 8 };
	const bitsText = text.slice(slash + 1);
	const bits = Number(bitsText);
	return /^\d+$/.test(bitsText) && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

export function isAddressPattern(text: string): boolean {
	return maybeParsePattern(text) !== undefined;
}

/** Whether an address lies in the network that a pattern names. */
export function matchesAddress(address: string, patternText: string): boolean {
	const pattern = maybeParsePattern(patternText);
	const bytes = maybeParseAddress(address);
	if (pattern === undefined || bytes?.length !== pattern.bytes.length) return false;
	return bytes.every((byte, i) => {
		const bitsHere = Math.min(8, Math.max(0, pattern.bits - i * 8));
		const mask = (0xff << (8 - bitsHere)) & 0xff;
		return (byte & mask) === ((pattern.bytes[i] ?? 0) & mask);
	});
}
