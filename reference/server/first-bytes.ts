import type { Connection } from "./connection.js";
import { type FourLetterWord, fourLetterAnswer, maybeFourLetterWord } from "./four-letter-words.js";
import { countReceived } from "./frames.js";
import { endConnection, insightOf, type Parts } from "./parts.js";

/** Whether the connection goes on with frames: not while too little has come, nor after a four-letter word. */
export function tookFirstBytes(parts: Parts, connection: Connection, before: Uint8Array, bytes: Uint8Array): boolean {
	const all = before.length === 0 ? bytes : Uint8Array.from([...before, ...bytes]);
	connection.firstBytes = all;
	if (all.length < 4) return false;
	const word = maybeFourLetterWord(all);
	if (word === "incomplete") return false;
	if (word !== undefined) {
		answerWord(parts, connection, word);
		return false;
	}
	connection.firstBytes = null;
	connection.splitter.push(all);
	return true;
}

function answerWord(parts: Parts, connection: Connection, word: FourLetterWord): void {
	countReceived(parts, connection);
	parts.outbox.text(connection, fourLetterAnswer(word, insightOf(parts)));
	endConnection(parts, connection);
}
