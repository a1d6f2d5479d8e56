import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { DoubleBarrier } from "./double-barrier.js";
import { join, leaveTidy, memberIds, members } from "./membership.js";
import { maybeParcel, sendParcel } from "./parcel.js";
import { runNodes } from "./run-nodes.js";
import { ControlServer } from "./testing/control-server.js";

describe("recipes of a distributed run", function () {
	this.timeout(60_000);
	const server = new ControlServer();
	const forEver = new AbortController().signal;

	before(() => server.start());
	after(() => server.stop());
	afterEach(() => server.endSessions());

	it("nobody passes a barrier before all are there, and nobody leaves before all have left", async () => {
		const names = ["d", "a", "c", "b"];
		const first = await server.session();
		await first.create("/barrier");
		let entering = 0;
		let leaving = 0;
		const pass = async (name: string): Promise<void> => {
			const control = await server.session();
			const barrier = new DoubleBarrier(control, "/barrier", names.length);
			entering++;
			await barrier.enter(name, forEver);
			assert.equal(entering, names.length);
			leaving++;
			await barrier.leave(name, forEver);
			assert.equal(leaving, names.length);
		};
		const passing = names.slice(1).map(pass);
		// The last one comes when the others have asked for everything that they can.
		await first.until(async () => ((await first.maybeChildren("/barrier"))?.length === 3 ? true : undefined));
		await Promise.all([...passing, pass("d")]);
		await first.removeTree("/barrier");
	});

	it("a barrier is given up with its reason", async () => {
		const control = await server.session();
		await control.create("/lonely");
		const given = new AbortController();
		const entering = new DoubleBarrier(control, "/lonely", 2).enter("a", given.signal);
		given.abort(new Error("enough"));
		await assert.rejects(entering, /enough/);
		await control.removeTree("/lonely");
	});

	it("a value of several mebibytes is read once it is there as a whole", async () => {
		const control = await server.session();
		const value = { text: randomBytes(1_500_000).toString("hex") };
		const read = control.until(() => maybeParcel(control, "/parcel"));
		await sendParcel(control, "/parcel", value);
		assert.deepEqual(await read, value);
		await control.removeTree("/parcel");
	});

	it("members are listed in their order, once each, and leave nothing when the last has left", async () => {
		const nodes = runNodes("recipes");
		const [one, two] = [await server.session(), await server.session()];
		const member = (id: string) => ({ id, name: `host ${id}`, version: "1", processes: 1 });
		await join(one, nodes, member("z-1"));
		await join(two, nodes, member("a-1"));
		await join(one, nodes, member("z-1"));
		assert.deepEqual(await memberIds(one, nodes), ["z-1", "a-1"]);
		assert.deepEqual(await members(one, nodes), [member("z-1"), member("a-1")]);
		await leaveTidy(one, nodes);
		assert.ok(await one.maybeStat(nodes.workers));
		await server.endSessions();
		const last = await server.session();
		await leaveTidy(last, nodes);
		assert.deepEqual(await last.maybeChildren("/"), ["zookeeper"]);
	});
});
