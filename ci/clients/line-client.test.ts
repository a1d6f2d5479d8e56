import assert from "node:assert/strict";
import { ClientError, converse, type LineClient } from "./line-client.js";

/** Answers every line after a while, and ends where it is told to. */
const echo = `
process.stdin.setEncoding("utf8").on("data", (text) => {
	for (const line of text.split("\\n").slice(0, -1)) {
		if (line === "end") process.exit(0);
		setImmediate(() => (line.startsWith("warn") ? process.stderr : process.stdout).write(line + "\\n"));
	}
});`;

const client: LineClient = {
	program: process.execPath,
	args: ["-e", echo],
	marker: (node) => `none ${node}`,
	answer: (node) => `none ${node}\n`,
	quit: "end",
};

describe("line client", () => {
	it("gives every command its own output, both streams in order", async () => {
		assert.deepEqual(await converse(client, ["one", "warn two", "three"]), [
			{ command: "one", output: ["one"] },
			{ command: "warn two", output: ["warn two"] },
			{ command: "three", output: ["three"] },
		]);
	});

	it("names the command at which the client ended", async () => {
		await assert.rejects(converse(client, ["one", "end", "two"]), (error) => {
			return error instanceof ClientError && error.message.startsWith('it ended after "end"');
		});
	});
});
