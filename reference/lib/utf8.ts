// The only two web globals that the pure core uses; every JavaScript engine has them.
declare class TextEncoder {
	encode(text: string): Uint8Array;
}
declare class TextDecoder {
	constructor(label: "utf-8", options: { ignoreBOM: boolean });
	decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function encodeUtf8(text: string): Uint8Array {
	return encoder.encode(text);
}

/** Ill-formed input becomes U+FFFD, as Java's `new String(bytes, UTF_8)` does. */
export function decodeUtf8(bytes: Uint8Array): string {
	return decoder.decode(bytes);
}
