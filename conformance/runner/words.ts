import type { Address } from "../client/connection.js";
import { Connection } from "../client/connection.js";

/** Words that change what the server counts or traces: never sent to find out whether they are answered. */
const changing = new Set(["crst", "srst", "stmk"]);
/** Answered together with the changing ones, because a whitelist that has these is nearly always `*`. */
const telling = ["wchc", "wchp", "dump", "gtmk"];

/** Answered with nothing at all where there is nothing to tell. */
const maybeEmpty = new Set(["hash", "wchc", "wchp"]);

const refusal = /is not (executed because it is not )?in the white ?list/;

/** What `srvr` says as long as there was no change, in any epoch. */
export const untouchedZxid = /^Zxid: 0x(0|[0-9a-f]+0{8})$/m;

/** The answer to a four-letter word; empty where the server closes the connection instead. */
export async function askWord(address: Address, word: string, timeoutMs: number): Promise<string> {
	const connection = await Connection.open(address, { connectTimeoutMs: timeoutMs });
	try {
		connection.write(Buffer.from(word, "latin1"));
		return Buffer.from(await connection.readAll(timeoutMs)).toString("utf8");
	} finally {
		connection.destroy();
	}
}

/** Which of the words are answered; those that change something are inferred, not sent. */
export async function answeredWords(address: Address, words: readonly string[], timeoutMs: number): Promise<string[]> {
	const answered: string[] = [];
	for (const word of words) {
		if (changing.has(word)) continue;
		const text = await askWord(address, word, timeoutMs);
		if (text === "" ? maybeEmpty.has(word) : !refusal.test(text)) answered.push(word);
	}
	const all = telling.every((word) => answered.includes(word));
	return words.filter((word) => answered.includes(word) || (changing.has(word) && all));
}

/** `key=value` lines of the word `conf`. */
export function parseConf(text: string): ReadonlyMap<string, string> {
	const pairs = text.split("\n").map((line) => /^(\w+)=(.*)$/.exec(line.trim()));
	return new Map(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? "", pair[2] ?? ""] as const])));
}
