import { seededRandom } from "../../conformance/client/random.js";
import { Breaches } from "../load/breaches.js";
import type { LoadHooks, LoadResult } from "../load/contract.js";
import { Kind } from "../load/kind.js";
import { fire, type Shot } from "./cannon.js";
import { auditNodes, makeNodes, removeNodes } from "./http-nodes.js";
import { type HttpPlan, nodePath, octets, urlOf } from "./http-plan.js";
import { HttpValues } from "./http-values.js";
import { KeyBook } from "./key-book.js";

/** Requests of a connection before they repeat. */
const drawn = 251;

/**
 * Reads and writes through gateways with autocannon, in this process; every reply is looked at, and at the end every key is
 * read through every gateway. Its nodes are made before, and removed whatever happens.
 * @throws GatewayError when the nodes can not be made
 */
export async function runHttpLoad(plan: HttpPlan, hooks: LoadHooks = {}): Promise<LoadResult> {
	const values = new HttpValues(plan.bytes, plan.seed);
	const breaches = new Breaches();
	const book = new KeyBook(plan.connections, values, breaches);
	const urls = plan.gateways.map(urlOf);
	try {
		await makeNodes(plan, values);
		const load = await fire({ ...plan, urls }, (connection) => shotsOf(plan, book, connection), breaches, hooks);
		await auditNodes(plan, book);
		return { ...load, breaches: breaches.list() };
	} finally {
		await removeNodes(plan);
	}
}

function shotsOf(plan: HttpPlan, book: KeyBook, own: number): Shot[] {
	const random = seededRandom(plan.seed * 7919 + own);
	const seen = new Array<number>(plan.connections).fill(0);
	return Array.from({ length: drawn }, () => {
		if (random() * 100 >= plan.reads) return writeShot(plan, book, own);
		return readShot(plan, book, Math.floor(random() * plan.connections), own, seen);
	});
}

function writeShot(plan: HttpPlan, book: KeyBook, own: number): Shot {
	return {
		kind: Kind.setData,
		method: "PUT",
		path: nodePath(plan, own),
		headers: octets,
		body: () => book.beginWrite(own),
		onReply: (reply) => book.wrote(own, reply),
	};
}

/** What this connection saw before is still there, and what it wrote itself. */
function readShot(plan: HttpPlan, book: KeyBook, key: number, own: number, seen: number[]): Shot {
	return {
		kind: Kind.getData,
		method: "GET",
		path: nodePath(plan, key),
		headers: octets,
		body: undefined,
		onReply: (reply) => {
			const least = key === own ? book.acknowledged(key) : (seen[key] ?? 0);
			seen[key] = book.read(key, reply, least);
		},
	};
}
