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
});
