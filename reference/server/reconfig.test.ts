import assert from "node:assert/strict";
import { decodeUtf8, encodeUtf8 } from "../lib/utf8.js";
import { errors } from "../model/errors.js";
import { epoch, serverId, sessionId, zxid } from "../model/ids.js";
import type { TestRequest } from "../wire/testing/client-codec.js";
import { type EnsembleConfig, parseConfigText } from "../zab/ensemble-config.js";
import type { EnsembleView } from "./ensemble-view.js";
import { create, type TestClient } from "./testing/test-client.js";
import { TestServer } from "./testing/test-server.js";

const line = (id: number, role = "participant"): string => `server.${id}=10.0.0.${id}:2888:3888:${role};0.0.0.0:2181`;
const three = `${[1, 2, 3].map((id) => line(id)).join("\n")}\nversion=100000000`;

/** A leader, server 1, with `followers` and `observers` that have caught up. */
function leader(followers: readonly number[], observers: readonly number[], text = three): EnsembleView {
	const learner = (id: number, role: "follower" | "observer") => ({
		id: serverId(id),
		role,
		address: `10.0.0.${id}`,
		synced: true,
		ackedZxid: zxid(0),
		queuedBytes: 0,
	});
	return {
		ownId: serverId(1),
		initLimit: 10,
		syncLimit: 5,
		proposalBytes: { last: 7, min: 6, max: 8 },
		status: {
			state: "leading",
			serving: true,
			leader: serverId(1),
			epoch: epoch(1),
			electionMs: 3,
			config: parseConfigText(text),
			nextConfig: undefined,
			learners: [...followers.map((id) => learner(id, "follower")), ...observers.map((id) => learner(id, "observer"))],
		},
	};
}

const world = (view: EnsembleView, config = {}): TestServer =>
	new TestServer({ reconfigEnabled: true, ...config }, undefined, { type: "leader", epoch: epoch(1) }, () => view);

function superUser(server: TestServer): TestClient {
	const client = server.connect();
	client.call({ type: "auth", scheme: "digest", auth: encodeUtf8("super:secret") });
	client.take();
	return client;
}

function reconfig(facts: Partial<TestRequest & { type: "reconfig" }>): TestRequest {
	return { joining: null, leaving: null, newMembers: null, version: zxid(-1), ...facts, type: "reconfig" };
}

const configOf = (server: TestServer): EnsembleConfig =>
	parseConfigText(decodeUtf8(server.tree.mustNode("/zookeeper/config").data ?? new Uint8Array()));

describe("reconfig", () => {
	it("changes the config node, and tells its new text", () => {
		const server = world(leader([2, 3, 4], []));
		const client = superUser(server);
		const { stat } = server.tree.mustNode("/zookeeper/config");
		assert.deepEqual([stat.version, stat.mzxid, stat.czxid], [-1, 0x1_0000_0000, 0]);
		const watcher = server.connect();
		watcher.call({ type: "getData", path: "/zookeeper/config", watch: true });
		const reply = client.call(reconfig({ joining: line(4), leaving: "3" }));
		assert.equal(reply.error, errors.ok);
		const expected = `${[1, 2, 4].map((id) => line(id)).join("\n")}\nversion=${reply.zxid.toString(16)}`;
		assert.equal(decodeUtf8(reply.body.buffer() ?? new Uint8Array()), expected);
		assert.deepEqual([...configOf(server).members.keys()], [1, 2, 4]);
		assert.deepEqual(watcher.takeStory(), ["dataChanged /zookeeper/config"]);
		const { txn, header } = server.log.at(-1) ?? {};
		assert.deepEqual([header?.type, txn?.type === 16 && txn.version], [16, -1]);
	});

	it("is judged in Apache's order", () => {
		const code = (facts: Parameters<typeof reconfig>[0], view = leader([2, 3], []), config = {}): number =>
			superUser(world(view, config)).code(reconfig(facts));
		assert.equal(code({ leaving: "3" }, undefined, { reconfigEnabled: false }), errors.reconfigDisabled);
		assert.equal(code({ leaving: "x", version: zxid(5) }), errors.badVersion);
		assert.equal(code({ leaving: "3", version: zxid(0x1_0000_0000) }), errors.ok);
		assert.equal(code({ leaving: "x" }), errors.marshallingError);
		assert.equal(code({ leaving: "2,3" }), errors.badArguments);
		assert.equal(code({ leaving: "2,3" }, undefined, { standaloneEnabled: false }), errors.ok);
		assert.equal(code({ leaving: "1,2,3" }, undefined, { standaloneEnabled: false }), errors.badArguments);
		for (const joining of ["server.4", "server.4=10.0.0.4:1:2", "server.4=10.0.0.1:2888:5;6", "server.4=a:b:c;d"])
			assert.equal(code({ joining }), errors.badArguments, joining);
		assert.equal(code({ joining: "server.x=10.0.0.4:1:2;3" }), errors.marshallingError);
		assert.equal(code({ newMembers: `${line(1)},${line(2)}`, leaving: "9" }), errors.ok);
		assert.equal(code({ newMembers: "server.1=nothing" }), errors.badArguments);
		assert.equal(code({ newMembers: `${line(1)},other=1` }), errors.badArguments);
		assert.equal(code({ newMembers: `${line(1)}\n${line(2, "observer")}` }), errors.marshallingError);
		const grouped = `${three}\ngroup.1=1:2:3`;
		assert.equal(code({ leaving: "3" }, leader([2, 3], [], grouped)), errors.badArguments);
	});

	it("needs a quorum of the new ensemble that has caught up as followers", () => {
		const joining = [4, 5, 6].map((id) => line(id)).join(",");
		const code = (view: EnsembleView, facts: Parameters<typeof reconfig>[0]): number =>
			superUser(world(view)).code(reconfig(facts));
		assert.equal(code(leader([2, 3], []), { joining: line(4) }), errors.ok);
		assert.equal(code(leader([2, 3], []), { joining }), errors.newConfigNoQuorum);
		assert.equal(code(leader([2, 3], [4, 5, 6]), { joining }), errors.newConfigNoQuorum);
		assert.equal(code(leader([2, 3, 6], []), { joining }), errors.ok);
	});

	it("may be asked for by those who may write the config node", () => {
		const server = world(leader([2, 3], []));
		const client = server.connect();
		assert.equal(client.code(reconfig({ leaving: "3" })), errors.noAuth);
		assert.equal(client.code(reconfig({ leaving: "x" })), errors.marshallingError);
		assert.deepEqual([...configOf(server).members.keys()], [1, 2, 3]);
	});

	it("is one at a time", () => {
		const server = world(leader([2, 3], []));
		const client = superUser(server);
		server.flushesAtOnce = false;
		client.send(reconfig({ leaving: "3" }));
		client.send(reconfig({ leaving: "3" }));
		client.send(create("/a"));
		server.flush();
		assert.deepEqual(
			client.take().map(({ error }) => error),
			[errors.ok, errors.reconfigInProgress, errors.ok],
		);
	});

	it("is nothing for a standalone server", () => {
		const server = new TestServer({ reconfigEnabled: true });
		assert.equal(superUser(server).code(reconfig({ leaving: "3" })), errors.unimplemented);
	});
});

describe("a member's four-letter words", () => {
	it("tell of the ensemble", () => {
		const server = world(leader([2, 3], [9]));
		const ask = (word: string): string => {
			const client = server.open();
			client.write(encodeUtf8(word));
			return client.text;
		};
		assert.match(
			ask("srvr"),
			/Zxid: 0x100000000\nMode: leader\nNode count: 5\nProposal sizes last\/min\/max: 7\/6\/8\n$/,
		);
		assert.match(
			ask("conf"),
			/serverId=1\ninitLimit=10\nsyncLimit=5\nelectionAlg=3\nelectionPort=3888\nquorumPort=2888\npeerType=0\nmembership: \nserver\.1=.*\nversion=100000000$/s,
		);
		assert.match(
			ask("mntr"),
			/zk_peer_state\tleading - broadcast\nzk_quorum_size\t3\nzk_learners\t3\nzk_synced_followers\t2\n/,
		);
		assert.match(ask("mntr"), /zk_synced_non_voting_followers\t0\nzk_synced_observers\t1\nzk_last_proposal_size\t7\n/);
	});

	it("tell on a learner what the log knows of sessions", () => {
		const view = leader([], []);
		const status = { ...view.status, state: "observing" as const, leader: serverId(3) };
		const role = { type: "observer" } as const;
		const server = new TestServer({}, undefined, role, () => ({ ...view, status, ownId: serverId(9) }));
		server.step({
			type: "decided",
			entry: {
				header: { session: sessionId(5n), cxid: 0, zxid: zxid(0x1_0000_0001), timeMs: 0, type: -10 },
				txn: { type: -10, timeoutMs: 4000 },
				digest: null,
			},
		});
		const ask = (word: string): string => {
			const client = server.open();
			client.write(encodeUtf8(word));
			return client.text;
		};
		assert.match(ask("dump"), /^SessionTracker dump:\nGlobal Sessions\(1\):\n0x5\t4000ms\nephemeral nodes dump:\n/);
		assert.match(ask("mntr"), /zk_server_state\tobserver\n.*zk_global_sessions\t1\n.*zk_observer_master_id\t3\n/s);
	});
});
