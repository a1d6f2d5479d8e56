import assert from "node:assert/strict";
import fc from "fast-check";
import { errors } from "../model/errors.js";
import { statOf } from "../tree/data-node.js";
import type { DataTree } from "../tree/data-tree.js";
import { freshTree } from "../tree/fresh-tree.js";
import type { WriteRequest } from "../wire/requests.js";
import type { TestRequest } from "../wire/testing/client-codec.js";
import { create } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

const paths = ["/a", "/b", "/a/x", "/a/y", "/a/x/z"];

const path = fc.constantFrom(...paths);
const version = fc.constantFrom(-1, -1, 0, 1, 2);
const data = fc.uint8Array({ maxLength: 3 });
const write: fc.Arbitrary<WriteRequest> = fc.oneof(
	fc.record({ path, data, flags: fc.constantFrom(0, 0, 1, 2) }).map(({ path, ...facts }) => create(path, facts)),
	fc.record({ path, version }).map((facts) => ({ type: "delete" as const, ...facts })),
	fc.record({ path, data, version }).map((facts) => ({ type: "setData" as const, ...facts })),
);
const request: fc.Arbitrary<TestRequest> = fc.oneof(
	{ weight: 4, arbitrary: write },
	{ weight: 1, arbitrary: fc.array(write, { maxLength: 4 }).map((ops) => ({ type: "multi" as const, ops })) },
);

interface ModelNode {
	readonly data: readonly number[];
	readonly version: number;
	readonly ephemeral: boolean;
	readonly created: number;
}

/** What the data model promises, in the plainest way: a map that is copied before every multi. */
class Model {
	nodes = new Map<string, ModelNode>([["", { data: [], version: 0, ephemeral: false, created: 1 }]]);

	run(asked: TestRequest): number {
		if (asked.type !== "multi") return this.#write(asked as WriteRequest);
		const before = new Map(this.nodes);
		for (const op of asked.ops) {
			if (this.#write(op) === errors.ok) continue;
			this.nodes = before;
			return errors.ok;
		}
		return errors.ok;
	}

	#write(op: WriteRequest): number {
		if (op.type === "create") return this.#create(op.path, op.flags, op.data ?? new Uint8Array());
		const node = this.nodes.get(op.path);
		if (node === undefined) return errors.noNode;
		if ("version" in op && op.version !== -1 && op.version !== node.version) return errors.badVersion;
		if (op.type === "delete") return this.#delete(op.path);
		if (op.type === "setData") {
			this.nodes.set(op.path, { ...node, data: [...(op.data ?? [])], version: node.version + 1 });
		}
		return errors.ok;
	}

	#create(asked: string, flags: number, bytes: Uint8Array): number {
		const parentPath = asked.slice(0, asked.lastIndexOf("/"));
		const parent = this.nodes.get(parentPath);
		if (parent === undefined) return errors.noNode;
		const path = flags === 2 ? asked + String(parent.created - (parentPath === "" ? 1 : 0)).padStart(10, "0") : asked;
		if (this.nodes.has(path)) return errors.nodeExists;
		if (parent.ephemeral) return errors.noChildrenForEphemerals;
		this.nodes.set(parentPath, { ...parent, created: parent.created + 1 });
		this.nodes.set(path, { data: [...bytes], version: 0, ephemeral: flags === 1, created: 0 });
		return errors.ok;
	}

	#delete(path: string): number {
		for (const other of this.nodes.keys()) if (other.startsWith(`${path}/`)) return errors.notEmpty;
		this.nodes.delete(path);
		return errors.ok;
	}
}

function contents(tree: DataTree): [string, unknown][] {
	const own = [...tree.walk()].filter(([path]) => path !== "" && !path.startsWith("/zookeeper"));
	return own
		.map(([path, node]): [string, unknown] => [
			path,
			{
				data: [...(node.data ?? [])],
				version: node.stat.version,
				ephemeral: node.kind === "ephemeral",
				created: node.stat.cversion,
			},
		])
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

function modelContents(model: Model): [string, unknown][] {
	const own = [...model.nodes].filter(([path]) => path !== "");
	return own.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Runs the requests with flushes here and there; gives the world and the error of every reply. */
function run(requests: readonly TestRequest[], flushEvery: number): { world: TestServer; codes: number[] } {
	const world = new TestServer();
	const client = world.connect();
	world.flushesAtOnce = false;
	for (const [i, asked] of requests.entries()) {
		client.send(asked);
		if (i % flushEvery === 0) world.flush();
	}
	world.flush();
	return { world, codes: client.take().map(({ error }) => error) };
}

describe("the server against a plain model", () => {
	const runs = fc.tuple(fc.array(request, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }));

	it("decides the same, however many writes are on their way", () => {
		fc.assert(
			fc.property(runs, ([requests, flushEvery]) => {
				const { world, codes } = run(requests, flushEvery);
				const model = new Model();
				assert.deepEqual(
					codes,
					requests.map((asked) => model.run(asked)),
				);
				assert.deepEqual(contents(world.tree), modelContents(model));
			}),
		);
	});

	it("logs what makes the same tree again, with the digest that each entry foretold", () => {
		fc.assert(
			fc.property(runs, ([requests, flushEvery]) => {
				const { world } = run(requests, flushEvery);
				const again = freshTree();
				for (const { header, txn, digest } of world.log) {
					again.apply(header, txn);
					if (digest !== null) assert.equal(digest, again.digest, `after ${header.zxid}`);
				}
				assert.deepEqual(contents(again), contents(world.tree));
				assert.deepEqual(statOf(again.mustNode("/")), statOf(world.tree.mustNode("/")));
			}),
		);
	});
});
