import { connect } from "node:net";
import type { Address } from "../client/connection.js";

/** The whole answer; empty when nobody takes the connection, or says nothing in time. */
export function fourLetterWord(address: Address, word: string, timeoutMs = 1000): Promise<string> {
	return new Promise((resolve) => {
		let answer = "";
		const socket = connect({ ...address });
		const timer = setTimeout(() => socket.destroy(), timeoutMs);
		socket.setEncoding("utf8").write(word);
		socket.on("data", (text) => {
			answer += text;
		});
		// "close" follows.
		socket.on("error", () => undefined);
		socket.on("close", () => {
			clearTimeout(timer);
			resolve(answer);
		});
	});
}
