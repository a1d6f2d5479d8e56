import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Exchange } from "./transcript.js";

const answerTimeoutMs = 20_000;

/** A client that is driven through its standard input, one command a line. */
export interface LineClient {
	readonly program: string;
	readonly args: readonly string[];
	/** Commands about a node that is not there: their answer is printed after everything that was asked or seen before. */
	marker(node: string): string;
	/** What `marker` prints. */
	answer(node: string): string;
	readonly quit: string;
}

/** The client ended, or left a command without an answer. */
export class ClientError extends Error {
	override readonly name = "ClientError";
}

/**
 * Types the commands one after the other, each when everything before it has been answered; before the command in the
 * middle `midway` happens.
 */
export async function converse(
	client: LineClient,
	commands: readonly string[],
	midway?: () => Promise<void>,
): Promise<Exchange[]> {
	// Both outputs into one pipe, or their order would be lost.
	const child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', client.program, ...client.args], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const exited = once(child, "close");
	// Typing to a client that has ended fails; that it ended is reported when its answer is read.
	child.stdin.on("error", (error: NodeJS.ErrnoException) => assert.equal(error.code, "EPIPE"));
	const output = reader(child.stdout, exited);
	const exchanges: Exchange[] = [];
	for (const command of ["", ...commands]) {
		if (exchanges.length === Math.ceil(commands.length / 2)) await midway?.();
		const node = `/marker-${exchanges.length}-`;
		child.stdin.write(`${command === "" ? "" : `${command}\n`}${client.marker(node)}\n`);
		exchanges.push({ command, output: await output(client.answer(node), command) });
	}
	child.stdin.end(`${client.quit}\n`);
	await exited;
	// What is said before the first command is about the connection, not about the server.
	return exchanges.slice(1);
}

/** A function that takes the output up to `answer`, which is left out. */
function reader(
	stdout: NodeJS.ReadableStream,
	exited: Promise<unknown>,
): (answer: string, command: string) => Promise<string[]> {
	let text = "";
	let wake = () => {};
	stdout.setEncoding("utf8").on("data", (chunk) => {
		text += chunk;
		wake();
	});
	const ended = exited.then(() => "it ended");
	return async (answer, command) => {
		const late = timer(answerTimeoutMs, "no answer");
		try {
			for (;;) {
				const at = text.indexOf(answer);
				if (at !== -1) {
					const lines = text.slice(0, at).split("\n").slice(0, -1);
					text = text.slice(at + answer.length);
					return lines;
				}
				const more = new Promise<undefined>((resolve) => {
					wake = () => resolve(undefined);
				});
				const trouble = await Promise.race([more, ended, late.over]);
				if (trouble !== undefined) throw new ClientError(`${trouble} after "${command}": ${text.slice(-500)}`);
			}
		} finally {
			late.cancel();
		}
	};
}

function timer(delayMs: number, word: string): { readonly over: Promise<string>; cancel(): void } {
	let handle: NodeJS.Timeout | undefined;
	const over = new Promise<string>((resolve) => {
		handle = setTimeout(() => resolve(word), delayMs);
	});
	return { over, cancel: () => clearTimeout(handle) };
}
