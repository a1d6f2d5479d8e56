import assert from "node:assert/strict";
import { decodeUtf8, encodeUtf8 } from "../lib/utf8.js";
import { linkId } from "../model/ids.js";
import { Reception } from "./reception.js";
import { testCapabilities, testConfig } from "./testing/test-server.js";

/** What a client gets for what it sends in pieces; undefined while its link is open. */
function ask(fourLetterWords: readonly string[], ...pieces: string[]): string | undefined {
	let text = "";
	let closed = false;
	const reception = new Reception({ ...testConfig, fourLetterWords }, testCapabilities, {
		send: (_link, bytes) => {
			text += decodeUtf8(bytes);
		},
		close: () => {
			closed = true;
		},
	});
	reception.opened(linkId(1));
	for (const piece of pieces) reception.received(linkId(1), encodeUtf8(piece));
	return closed ? text : undefined;
}

describe("a member that serves nobody", () => {
	it("still answers four-letter words, and turns everybody else away", () => {
		assert.equal(ask(["*"], "ruok"), "imok");
		assert.equal(ask(["*"], "is", "ro"), "null");
		assert.equal(ask(["*"], "srvr"), "This ZooKeeper instance is not currently serving requests\n");
		assert.match(ask(["*"], "envi") ?? "", /^Environment:\nzookeeper.version=/);
		assert.equal(ask(["srvr"], "mntr"), "mntr is not executed because it is not in the whitelist.\n");
		assert.equal(ask(["*"], "\0\0\0\u002d"), "");
		assert.equal(ask(["*"], "r"), undefined);
	});

	it("does not wait for any number of clients", () => {
		let closed = 0;
		const effects = { send: () => undefined, close: () => void closed++ };
		const reception = new Reception(testConfig, testCapabilities, effects);
		for (let i = 0; i < 300; i++) reception.opened(linkId(i));
		assert.equal(closed, 44);
	});
});
