import assert from "node:assert/strict";
import { otherPorts } from "./election-opening.js";

function opening(version: bigint, addresses: string): Buffer {
	const head = Buffer.alloc(20);
	head.writeBigInt64BE(version);
	head.writeBigInt64BE(3n, 8);
	head.writeInt32BE(addresses.length, 16);
	return Buffer.concat([head, Buffer.from(addresses)]);
}

/** What comes out when the bytes go in one by one. */
function byteByByte(bytes: Buffer): Buffer {
	const translate = otherPorts((port) => port * 10);
	return Buffer.concat([...bytes].map((byte) => translate(Buffer.from([byte]))));
}

describe("first message of an election link", () => {
	const rest = Buffer.from("a vote with 127.0.0.1:3888 in it");
	const cases: readonly (readonly [string, Buffer, Buffer])[] = [
		["one address", opening(-65536n, "127.0.0.1:3888"), opening(-65536n, "127.0.0.1:38880")],
		["several", opening(-65535n, "a:1|[::1]:2|b:3"), opening(-65535n, "a:10|[::1]:20|b:30")],
		["no address", opening(-65536n, ""), opening(-65536n, "")],
		["of before 3.5", Buffer.from("0000000000000003ffff", "hex"), Buffer.from("0000000000000003ffff", "hex")],
		["of an impossible length", opening(-65536n, "x".repeat(5000)), opening(-65536n, "x".repeat(5000))],
	];
	for (const [name, sent, arrives] of cases) {
		it(`with other ports: ${name}`, () => {
			const expected = Buffer.concat([arrives, rest]);
			assert.deepEqual(otherPorts((port) => port * 10)(Buffer.concat([sent, rest])), expected);
			assert.deepEqual(byteByByte(Buffer.concat([sent, rest])), expected);
		});
	}
});
