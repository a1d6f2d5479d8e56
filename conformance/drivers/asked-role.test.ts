import assert from "node:assert/strict";
import { askedRole, askedService } from "./asked-role.js";
import { startBundledEnsemble } from "./bundled-ensemble.js";
import { until } from "./testing/far.js";

const timeoutMs = 30_000;

describe("what a server says of itself", function () {
	this.timeout(2 * timeoutMs);

	for (const [words, first, afterwards] of [
		["srvr", ["follower", "leader"], undefined],
		["mntr", ["follower", "leader"], undefined],
		["ruok", [undefined, undefined], undefined],
	] as const) {
		it(`when it answers only ${words}`, async () => {
			const ensemble = await startBundledEnsemble({ servers: 2, settings: { "4lw.commands.whitelist": words } });
			try {
				const services = await Promise.all(ensemble.members.map(askedService));
				assert.deepEqual(services.map(({ role }) => role).toSorted(), first);
				assert.ok(services.every(({ serves }) => serves));
				const [killed, left] = ensemble.members;
				assert.ok(killed !== undefined && left !== undefined);
				await killed.kill();
				await until(async () => !(await askedService(left)).serves, timeoutMs);
				assert.equal(await askedRole(left), afterwards);
				assert.deepEqual(await askedService(killed), { serves: false, role: undefined });
			} finally {
				await ensemble.stop();
			}
		});
	}
});
