import type { Address } from "../../conformance/client/connection.js";
import { fourLetterWord } from "../../conformance/drivers/four-letter-word.js";

/** What a server says of itself. */
export interface Status {
	readonly mode: string;
	readonly zxid: bigint;
}

/** Undefined while it serves nobody. */
export async function maybeStatus(address: Address): Promise<Status | undefined> {
	const text = await fourLetterWord(address, "srvr");
	const zxid = /^Zxid: (0x[0-9a-f]+)$/m.exec(text)?.[1];
	const mode = /^Mode: (.+)$/m.exec(text)?.[1];
	return zxid === undefined || mode === undefined ? undefined : { mode, zxid: BigInt(zxid) };
}

/** The digest of the whole tree after some of the newest transactions, by zxid. */
export async function digests(address: Address): Promise<ReadonlyMap<bigint, string>> {
	const text = await fourLetterWord(address, "hash");
	const lines = text.matchAll(/^.*?([0-9a-f]+)[^\w\n]+(-?\w+)\W*$/gm);
	return new Map([...lines].map(([, zxid = "0", digest = ""]) => [BigInt(`0x${zxid}`), digest]));
}
