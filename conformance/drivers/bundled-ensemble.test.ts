import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type BundledEnsemble, type EnsembleMember, startBundledEnsemble } from "./bundled-ensemble.js";

async function modeOf({ host, port }: EnsembleMember): Promise<string | undefined> {
	const socket = connect(port, host);
	socket.write("srvr");
	return /^Mode: (\w+)$/m.exec(await text(socket))?.[1];
}

describe("bundled ensemble", () => {
	let ensemble: BundledEnsemble;

	before(async () => {
		ensemble = await startBundledEnsemble({ observers: 1 });
	});
	after(() => ensemble.stop());

	it("has one leader, and members that say what they are", async () => {
		const modes = await Promise.all(ensemble.members.map(modeOf));
		assert.deepEqual(modes.toSorted(), ["follower", "follower", "leader", "observer"]);
		assert.deepEqual(
			ensemble.members.map(({ role }) => role),
			modes,
		);
	});

	it("has another leader when that one is killed, which follows when it comes back", async () => {
		const killed = ensemble.leader();
		assert.ok(killed !== undefined);
		const others = ensemble.members.filter((member) => member !== killed);
		const elected = Promise.race(others.map((member) => member.servesAs("leader").then(() => member)));
		await killed.kill();
		assert.equal(killed.pid, 0);
		assert.notEqual(await elected, killed);
		await killed.start();
		assert.equal(killed.role, "follower");
	});

	it("leaves nothing behind, not even of a member that is stopped in its tracks", async () => {
		const [first] = ensemble.members;
		assert.ok(first !== undefined);
		first.pause();
		await ensemble.stop();
		assert.equal(existsSync(path.dirname(first.dataDir)), false);
	});
});
