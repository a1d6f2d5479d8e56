import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type BundledEnsemble, type EnsembleMember, startBundledEnsemble } from "./bundled-ensemble.js";
import { BundledStartError } from "./bundled-process.js";
import { makeTemporaryFolder } from "./temporary-folder.js";

async function modeOf({ host, port }: EnsembleMember): Promise<string | undefined> {
	const socket = connect(port, host);
	socket.write("srvr");
	return /^Mode: (\w+)$/m.exec(await text(socket))?.[1];
}

describe("bundled ensemble", function () {
	this.timeout(60_000);
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

	it("says why it did not start, and leaves nothing behind then either", async () => {
		const warnings: string[] = [];
		const warned = (warning: Error): void => void warnings.push(warning.message);
		const folder = makeTemporaryFolder("zkspec-start");
		const { TMPDIR } = process.env;
		process.env.TMPDIR = folder.path;
		process.on("warning", warned);
		try {
			await assert.rejects(startBundledEnsemble({ settings: { tickTime: "soon" } }), (error) => {
				assert.ok(error instanceof BundledStartError);
				assert.match(error.message, /tickTime must be a whole number from 1, not "soon"/);
				return true;
			});
			assert.deepEqual(readdirSync(folder.path), []);
			assert.deepEqual(warnings, []);
		} finally {
			process.off("warning", warned);
			if (TMPDIR === undefined) delete process.env.TMPDIR;
			else process.env.TMPDIR = TMPDIR;
			folder.remove();
		}
	});
});
