import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Exchange } from "./transcript.js";

const answerTimeoutMs = 20_000;

/** A client that is driven through its standard input, one command a line. */
export interface LineClient {
	readonly program: string;
	readonly args: readonly string[];
	/** A command whose answer names a node that is not there: what it prints comes after everything before it. */
	marker(node: string): string;
	readonly quit: string;
}

/** The client ended, or left a command without an answer. */
export class ClientError extends Error {
	override readonly name = "ClientError";
}

/** Types the commands one after the other, each when everything before it has been answered. */
export async function converse(client: LineClient, commands: readonly string[]): Promise<Exchange[]> {
	// Both outputs into one pipe, or their order would be lost.
	const child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', client.program, ...client.args], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const exited = once(child, "exit");
	const output = reader(child.stdout, exited);
	const exchanges: Exchange[] = [];
	for (const command of ["", ...commands]) {
		const node = `/marker-${exchanges.length}`;
		child.stdin.write(`${command === "" ? "" : `${command}\n`}${client.marker(node)}\n`);
		exchanges.push({ command, output: await output(node) });
	}
	child.stdin.end(`${client.quit}\n`);
	await exited;
	// What is said before the first command is about the connection, not about the server.
	return exchanges.slice(1);
}

/** A function that takes the output up to the line that names `node`; that line is left out. */
function reader(stdout: NodeJS.ReadableStream, exited: Promise<unknown>): (node: string) => Promise<string[]> {
	let text = "";
	let wake = () => {};
	let ended = false;
	stdout.setEncoding("utf8");
	stdout.on("data", (chunk) => {
		text += chunk;
		wake();
	});
	void exited.then(() => {
		ended = true;
		wake();
	});
	return async (node) => {
		const deadlineMs = performance.now() + answerTimeoutMs;
		const end = new RegExp(`^.*${node}(?!\\d).*\\n`, "m");
		for (let match = end.exec(text); ; match = end.exec(text)) {
			if (match !== null) {
				const lines = text.slice(0, match.index).split("\n").slice(0, -1);
				text = text.slice(match.index + match[0].length);
				return lines;
			}
			const leftMs = deadlineMs - performance.now();
			if (ended || leftMs <= 0) throw new ClientError(`${ended ? "it ended" : "no answer"} after: ${text.slice(-500)}`);
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, leftMs);
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	};
}
