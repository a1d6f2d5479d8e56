import { Agent, request } from "node:http";
import type { Reply } from "./key-book.js";

/** A gateway does not do what a measurement needs beside what is measured. */
export class GatewayError extends Error {
	override readonly name = "GatewayError";
}

/** A connection each: one that rests between two measurements would be closed at the very moment of the next call. */
const agent = new Agent({ keepAlive: false });

export interface HttpCall {
	readonly method?: "GET" | "POST" | "DELETE";
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
}

/** One request outside of what is measured. @throws GatewayError when nobody answers */
export function call(url: string, { method = "GET", headers = {}, body }: HttpCall = {}): Promise<Reply> {
	return new Promise((resolve, reject) => {
		const failed = ({ message }: Error): void => reject(new GatewayError(`${method} ${url}: ${message}`));
		const asking = request(url, { method, headers, agent }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", failed);
			response.on("end", () => {
				const { statusCode = 0 } = response;
				resolve({ status: statusCode, body: Buffer.concat(chunks).toString(), tag: response.headers.etag });
			});
		});
		asking.on("error", failed);
		asking.end(body);
	});
}
