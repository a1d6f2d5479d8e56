/** Of the first message of an election link, when the sender says in it where it is reached: ZooKeeper 3.5 and later. */
const versions: ReadonlySet<bigint> = new Set([-65536n, -65535n]);
const headBytes = 20;
const addressBytesMax = 4096;

/**
 * Who hears from a server with a smaller id hangs up and calls back at the address that it was told, so a proxy has to be
 * in that address too. Gives other ports to the addresses in the first message of a stream, and leaves all else alone.
 * @param portOf by the port that is said: the one to say
 */
export function otherPorts(portOf: (port: number) => number): (bytes: Buffer) => Buffer {
	let held = Buffer.alloc(0);
	let isOver = false;
	return (bytes) => {
		if (isOver) return bytes;
		held = Buffer.concat([held, bytes]);
		const lengthBytes = addressBytes(held);
		if (lengthBytes === "unknown" || (lengthBytes !== undefined && held.length < headBytes + lengthBytes))
			return Buffer.alloc(0);
		isOver = true;
		return lengthBytes === undefined ? held : rewritten(held, headBytes + lengthBytes, portOf);
	};
}

/** Undefined for a stream that does not begin with addresses. */
function addressBytes(held: Buffer): number | "unknown" | undefined {
	if (held.length >= 8 && !versions.has(held.readBigInt64BE())) return undefined;
	if (held.length < headBytes) return "unknown";
	const lengthBytes = held.readInt32BE(16);
	return lengthBytes >= 0 && lengthBytes <= addressBytesMax ? lengthBytes : undefined;
}

function rewritten(held: Buffer, endBytes: number, portOf: (port: number) => number): Buffer {
	const said = held.subarray(headBytes, endBytes).toString();
	const text = Buffer.from(said.replaceAll(/:(\d+)(?=\||$)/g, (_, port: string) => `:${portOf(Number(port))}`));
	const length = Buffer.alloc(4);
	length.writeInt32BE(text.length);
	return Buffer.concat([held.subarray(0, headBytes - 4), length, text, held.subarray(endBytes)]);
}
