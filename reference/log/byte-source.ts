/** A file to read from, all of whose bytes are there. */
export interface ByteSource {
	readonly name: string;
	readonly sizeBytes: number;
	/** Fewer bytes than asked for only at the end of the file. The caller owns them. */
	read(offset: number, lengthBytes: number): Uint8Array;
}

/** A source over bytes in memory. */
export function sourceOf(name: string, bytes: Uint8Array): ByteSource {
	return { name, sizeBytes: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}
