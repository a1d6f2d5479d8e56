import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../spec/load/package-root.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { readYamlFile } from "../../spec/load/yaml-file.js";
import { DecodeError } from "./byte-reader.js";
import { Codec } from "./codec.js";
import { type Fields, plainOf } from "./value.js";

interface Golden {
	readonly message: "connectRequest" | "connectReply" | "request" | "reply" | "event";
	readonly operation?: string;
	readonly by: string;
	readonly header?: Fields;
	readonly body: Fields;
	readonly hex: string;
}

const codec = new Codec(loadWireSpec());
const { handshake, headers, records } = codec.wire;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const exact = { defaults: false };

function encode(golden: Golden, header: Fields | undefined, body: Fields): string {
	const parts = [
		header === undefined ? "" : hex(codec.encodeRecord(headerName(golden), header, exact)),
		hex(encodeBody(golden, body)),
	];
	return parts.join("");
}

const headerName = ({ message }: Golden) => (message === "request" ? headers.request : headers.reply);

function encodeBody({ message, operation = "", header }: Golden, body: Fields): Uint8Array {
	if (message === "connectRequest") return codec.encodeRecord(handshake.request, body, exact);
	if (message === "connectReply") return codec.encodeRecord(handshake.reply, body, exact);
	if (message === "event") return codec.encodeRecord(headers.event, body, exact);
	if (message === "request") return codec.encodeRequest(operation, body, exact);
	return header?.err === 0 ? codec.encodeReply(operation, body) : new Uint8Array();
}

interface Read {
	readonly header: Fields | undefined;
	readonly body: Fields;
	readonly rest: Uint8Array;
}

function decode(golden: Golden, bytes: Uint8Array): Read {
	const head = golden.header === undefined ? undefined : codec.decodeRecord(headerName(golden), bytes);
	const { value, rest } = decodeBody(golden, head?.rest ?? bytes);
	return { header: head?.value, body: value, rest };
}

function decodeBody(
	{ message, operation = "", header }: Golden,
	bytes: Uint8Array,
): { value: Fields; rest: Uint8Array } {
	if (message === "connectRequest") return codec.decodeRecord(handshake.request, bytes);
	if (message === "connectReply") return codec.decodeRecord(handshake.reply, bytes);
	if (message === "event") return codec.decodeRecord(headers.event, bytes);
	if (message === "request") return codec.decodeRequest(operation, bytes);
	return header?.err === 0 ? codec.decodeReply(operation, bytes) : { value: {}, rest: bytes };
}

/** A cut must be an error; what reads well nevertheless (an optional last field is gone) must be those bytes again. */
function checkCut(golden: Golden, cut: Uint8Array): void {
	let read: Read;
	try {
		read = decode(golden, cut);
	} catch (error) {
		assert.ok(error instanceof DecodeError, String(error));
		return;
	}
	const last = records.get(golden.message === "connectRequest" ? handshake.request : handshake.reply)?.fields.at(-1);
	assert.ok(golden.message.startsWith("connect") && last?.optional === true, `${cut.length} bytes were accepted`);
	assert.equal(encode(golden, read.header, read.body), hex(cut));
}

const folder = path.join(packageRoot, "spec", "wire", "golden");
const files = readdirSync(folder).map((name) => {
	const { server, messages } = readYamlFile(path.join(folder, name), "golden").value as {
		server: string;
		messages: readonly Golden[];
	};
	return { server, messages };
});

for (const { server, messages } of files) {
	describe(`golden bytes of ${server}`, () => {
		for (const golden of messages) {
			const { message, operation = "", by, header } = golden;
			const err = message === "reply" ? codec.errorName(Number(header?.err)) : "";
			const name = [message, operation, err].filter((part) => part !== "").join(" ");
			it(`${name} by ${by}`, () => {
				const bytes = Buffer.from(golden.hex, "hex");
				const read = decode(golden, bytes);
				assert.equal(read.rest.length, 0);
				assert.deepEqual(plainOf(read.body), golden.body);
				assert.deepEqual(read.header === undefined ? undefined : plainOf(read.header), header);
				assert.equal(encode(golden, golden.header, golden.body), golden.hex);
				for (let length = 0; length < bytes.length; length++) checkCut(golden, bytes.subarray(0, length));
			});
		}
	});
}

describe("golden bytes", () => {
	it("hold every operation that a client may send, and its success", () => {
		const succeeded = ({ message, header }: Golden) => message !== "reply" || header?.err === 0;
		const all = files.flatMap(({ messages }) => messages).filter(succeeded);
		const seen = new Set(all.map(({ message, operation }) => `${message} ${operation}`));
		const unsafe = ["check", "deleteContainer", "createSession"];
		const missing = [...codec.wire.operations.keys()]
			.filter((name) => !unsafe.includes(name))
			.flatMap((name) => [`request ${name}`, `reply ${name}`])
			.filter((name) => !seen.has(name));
		assert.deepEqual(missing, []);
	});
});
