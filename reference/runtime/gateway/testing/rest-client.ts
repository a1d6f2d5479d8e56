import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Program } from "../../testing/program.js";

export interface RestReply {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** {} when the body is no JSON. */
	readonly json: Readonly<Record<string, unknown>>;
}

export interface RestCall {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

export type Ask = (path: string, call?: RestCall) => Promise<RestReply>;

/** Bodies are sent as octets unless the call says otherwise. */
export function clientOf(port: string): Ask {
	return async (path, { method = "GET", headers = {}, body } = {}) => {
		const type = body === undefined ? {} : { "content-type": "application/octet-stream" };
		const response = await fetch(`http://127.0.0.1:${port}${path}`, {
			method,
			headers: { ...type, ...headers },
			...(body !== undefined && { body }),
		});
		const text = await response.text();
		const isJson = response.headers.get("content-type") === "application/json" && text !== "";
		return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
	};
}

const gatewayLine = /REST gateway: listening on 0\.0\.0\.0:(\d+)/;

export interface Served {
	readonly program: Program;
	readonly clientPort: number;
	readonly ask: Ask;
}

/** A standalone server with a gateway. */
export async function serve(...settings: readonly string[]): Promise<Served> {
	const sets = settings.flatMap((each) => ["--set", each]);
	const program = new Program(["--port", "0", "--ephemeral-data", "--rest-port", "0", ...sets]);
	const [, port = ""] = await program.says(gatewayLine);
	const [, clientPort] = await program.says(/^listening on 127\.0\.0\.1:(\d+)/);
	return { program, clientPort: Number(clientPort), ask: clientOf(port) };
}

/** Asks again and again. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
	for (let i = 0; i < 400; i++) {
		if (await holds()) return;
		await pause(50);
	}
	assert.fail(`not in time: ${what}`);
}
