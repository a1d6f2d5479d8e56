import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Address } from "../../../conformance/client/connection.js";

/** What it does wrong; `every` so many writes, or reads. */
export interface Fault {
	readonly kind: "drop-write" | "stale-read" | "wrong-body" | "error" | "other-node";
	readonly every: number;
}

interface Node {
	readonly values: string[];
	readonly czxid: number;
}

export interface SmallGateway {
	readonly address: Address;
	/** How many nodes there are. */
	nodeCount(): number;
	stop(): void;
}

/** As much of a REST gateway as the load asks for, on a map instead of a tree, with a fault if one is wanted. */
export async function startSmallGateway(fault?: Fault): Promise<SmallGateway> {
	const gateway = new Gateway(fault);
	const server = createServer((request, response) => void gateway.take(request, response));
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("no port");
	return {
		address: { host: "127.0.0.1", port: address.port },
		nodeCount: () => gateway.nodes.size,
		stop: () => void server.close().closeAllConnections(),
	};
}

class Gateway {
	readonly nodes = new Map<string, Node>();
	readonly #fault: Fault | undefined;
	#count = 0;
	#zxid = 0;

	constructor(fault: Fault | undefined) {
		this.#fault = fault;
	}

	async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, searchParams } = new URL(request.url ?? "", "http://any");
		const path = pathname.slice("/znodes/v1".length);
		const body = await text(request);
		switch (request.method) {
			case "POST":
				this.nodes.set(`${path}/${searchParams.get("name")}`, { values: [body], czxid: ++this.#zxid });
				response.writeHead(201).end();
				return;
			case "DELETE":
				this.nodes.delete(path);
				response.writeHead(204).end();
				return;
			case "PUT":
				this.#put(path, body, response);
				return;
			default:
				if (searchParams.get("view") === "children") this.#list(path, response);
				else this.#get(path, response);
		}
	}

	#put(path: string, body: string, response: ServerResponse): void {
		const { values, czxid } = this.#mustNode(path);
		this.#zxid++;
		const isDropped = this.#isDue("drop-write");
		if (!isDropped) values.push(body);
		response.writeHead(204, { etag: tagOf(isDropped ? values.length : values.length - 1, czxid) }).end();
	}

	#get(path: string, response: ServerResponse): void {
		const node = this.nodes.get(path);
		if (node === undefined) {
			response.writeHead(404).end();
			return;
		}
		const version = Math.max(0, node.values.length - 1 - Number(this.#isDue("stale-read")));
		const value = this.#isDue("wrong-body") ? "x" : node.values[version];
		const czxid = node.czxid + Number(this.#isDue("other-node"));
		if (this.#isDue("error")) response.writeHead(503).end("not now");
		else response.writeHead(200, { etag: tagOf(version, czxid) }).end(value);
	}

	#list(path: string, response: ServerResponse): void {
		const names = [...this.nodes.keys()].filter((each) => each.startsWith(`${path}/`));
		const children = names.map((each) => each.slice(path.length + 1));
		response.writeHead(this.nodes.has(path) ? 200 : 404).end(JSON.stringify({ children }));
	}

	#mustNode(path: string): Node {
		const node = this.nodes.get(path);
		if (node === undefined) throw new Error(`there is no ${path}`);
		return node;
	}

	#isDue(kind: Fault["kind"]): boolean {
		return this.#fault?.kind === kind && ++this.#count % this.#fault.every === 0;
	}
}

const tagOf = (version: number, czxid: number): string => `"${version}-0x${czxid.toString(16)}"`;
