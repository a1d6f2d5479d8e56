import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Door, NetworkEvent } from "../host/network.js";
import type { DoorPlace } from "./listener.js";
import { NodeNetwork } from "./node-network.js";

const host = "127.0.0.1";
const anyPort: DoorPlace = { port: 0, host, backlog: 50, attempts: 1 };
const networks: NodeNetwork[] = [];

/** A network with what it told, and a way to wait for more. */
function makeNetwork() {
	const events: NetworkEvent[] = [];
	let heard = (): void => undefined;
	const network = new NodeNetwork((event) => {
		events.push(event);
		heard();
	}, 5000);
	networks.push(network);
	const until = async (type: NetworkEvent["type"], count = 1): Promise<NetworkEvent[]> => {
		for (;;) {
			const found = events.filter((event) => event.type === type);
			if (found.length >= count) return found;
			await new Promise<void>((resolve) => {
				heard = resolve;
			});
		}
	};
	return { network, until };
}

function listen(network: NodeNetwork, door: Door, at = anyPort): Promise<number> {
	return new Promise((onPort, onError) => network.listen(door, at, { onPort, onError }));
}

describe("network of the runtime", () => {
	after(() => {
		for (const network of networks) network.shutDown();
	});

	it("says by which door a link came, and carries bytes both ways", async () => {
		const leader = makeNetwork();
		const learner = makeNetwork();
		const [quorum, election] = [await listen(leader.network, "quorum"), await listen(leader.network, "election")];
		for (const port of [quorum, election]) {
			const link = learner.network.connect(host, port);
			await learner.until("connected");
			learner.network.send(link, Uint8Array.of(1, 2, 3));
		}
		const opened = await leader.until("opened", 2);
		assert.deepEqual(opened.map((event) => event.type === "opened" && event.door).sort(), ["election", "quorum"]);
		const [first] = await leader.until("received", 2);
		assert.ok(first?.type === "received");
		assert.deepEqual([...first.bytes], [1, 2, 3]);
		leader.network.close(first.link);
		await learner.until("closed");
	});

	it("tells a link that can not be made as closed", async () => {
		const { network, until } = makeNetwork();
		const holder = createServer().listen(0, host);
		await once(holder, "listening");
		const { port } = holder.address() as { port: number };
		holder.close();
		await once(holder, "close");
		const link = network.connect(host, port);
		assert.deepEqual(await until("closed"), [{ type: "closed", link }]);
	});

	it("moves a door to another port; links that came by it stay", async () => {
		const { network, until } = makeNetwork();
		const before = await listen(network, "client");
		const client = connect(before, host);
		await once(client, "connect");
		const [opened] = await until("opened");
		const after = await listen(network, "client");
		assert.notEqual(after, before);
		await assert.rejects(once(connect(before, host), "connect"), /ECONNREFUSED/);
		assert.ok(opened?.type === "opened");
		network.send(opened.link, Uint8Array.of(7));
		const [bytes] = await once(client, "data");
		assert.deepEqual([...(bytes as Uint8Array)], [7]);
		client.destroy();
	});

	it("tries again to bind a port that is in use", async () => {
		const holder = createServer().listen(0, host);
		await once(holder, "listening");
		const { port } = holder.address() as { port: number };
		const { network } = makeNetwork();
		await assert.rejects(listen(network, "quorum", { ...anyPort, port }), /EADDRINUSE/);
		const second = listen(network, "quorum", { ...anyPort, port, attempts: 2 });
		holder.close();
		assert.equal(await second, port);
	});
});
