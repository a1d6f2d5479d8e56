import assert from "node:assert/strict";
import { create, type TestClient } from "../server/testing/test-client.js";
import { MemoryEnsemble } from "./testing/memory-ensemble.js";

const isServing = (ensemble: MemoryEnsemble) => (): boolean =>
	ensemble.stations.every(({ role }) => role !== undefined);

/** Sends a create and waits for its reply's error code. */
function created(ensemble: MemoryEnsemble, client: TestClient, path: string): number {
	const xid = client.send(create(path));
	let error: number | undefined;
	ensemble.until(`the reply about ${path}`, () => {
		error = client.take().find((reply) => reply.xid === xid)?.error ?? error;
		return error !== undefined;
	});
	return error as number;
}

describe("ensemble in memory", () => {
	it("elects, serves, and goes on when its leader is gone", () => {
		const ensemble = new MemoryEnsemble(3);
		ensemble.until("a leader and two followers", isServing(ensemble));
		assert.equal(ensemble.leader?.id, 3);
		const clients = [1, 2, 3].map((id) => ensemble.connect(id));
		for (const [i, client] of clients.entries()) assert.equal(created(ensemble, client, `/${i}`), 0);
		ensemble.kill(3);
		const downMs = ensemble.until("a new leader", () => ensemble.leader !== undefined);
		assert.ok(downMs < 250, `${downMs} ms without a leader`);
		assert.equal(ensemble.leader?.id, 2);
		assert.equal(created(ensemble, ensemble.connect(1), "/after"), 0);
		ensemble.start(3);
		ensemble.until("the third to follow", isServing(ensemble));
		assert.equal(created(ensemble, ensemble.connect(3), "/third"), 0);
	});

	it("serves reads while nobody leads", () => {
		const ensemble = new MemoryEnsemble(3, 0, {}, 500);
		ensemble.until("all to serve", isServing(ensemble));
		assert.equal(created(ensemble, ensemble.connect(1), "/a"), 0);
		for (const id of [2, 3]) ensemble.kill(id);
		ensemble.until("reads without a leader", () => ensemble.station(1).role?.type === "readOnly");
		ensemble.start(2);
		ensemble.until("a leader", () => ensemble.leader !== undefined);
		ensemble.until("a follower", () => ensemble.stations.some(({ role }) => role?.type === "follower"));
		assert.equal(created(ensemble, ensemble.connect(1), "/b"), 0);
	});

	it("acknowledges nothing on a full disk, and goes on without that member", () => {
		const ensemble = new MemoryEnsemble(3);
		ensemble.until("all to serve", isServing(ensemble));
		const client = ensemble.connect(3);
		ensemble.station(3).log.fail("no space left");
		ensemble.station(2).log.fail("no space left");
		client.send(create("/a"));
		ensemble.until("both to stop", () => [2, 3].every((id) => ensemble.station(id).member === undefined));
		assert.deepEqual(client.take(), []);
		ensemble.start(2);
		ensemble.until("a leader", () => ensemble.leader !== undefined);
		assert.equal(created(ensemble, ensemble.connect(2), "/b"), 0);
	});
});
