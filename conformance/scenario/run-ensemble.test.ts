import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Answer, FakeServer } from "../client/testing/fake-server.js";
import { type EnsembleDriver, type Fault, FaultError, type MemberRole } from "../drivers/ensemble-driver.js";
import { codec, type Given, oblige, runSteps, said } from "./testing/scripted-server.js";

interface Stage {
	readonly performed: string[];
	readonly roles: (MemberRole | undefined)[];
	readonly given: Given;
	readonly second: FakeServer;
}

/** Two servers that are played, the first of which leads; `perform` may change who serves. */
async function withTwo(work: (stage: Stage) => Promise<void>, perform?: (fault: Fault, stage: Stage) => void) {
	const second = await FakeServer.start(codec, oblige);
	const first = await FakeServer.start(codec, oblige);
	const performed: string[] = [];
	const roles: (MemberRole | undefined)[] = ["leader", "follower"];
	const driver: EnsembleDriver = {
		name: "played",
		members: [],
		abilities: new Set(),
		facts: {},
		roleOf: (id) => Promise.resolve(roles[id - 1]),
		perform: (fault) => {
			performed.push(JSON.stringify(fault));
			perform?.(fault, stage);
			return Promise.resolve({ servers: [1], text: "done" });
		},
		heal: () => {
			performed.push("heal");
			return Promise.resolve();
		},
		stop: () => Promise.resolve(),
	};
	const given = { driver, roleOf: driver.roleOf, addresses: [first.address, second.address] };
	const stage: Stage = { performed, roles, given, second };
	try {
		await work(stage);
	} finally {
		first.stop();
		second.stop();
	}
}

const lineOf = async (steps: readonly string[], { given }: Stage, more: Given = {}, head: readonly string[] = []) =>
	(await runSteps(steps, oblige, { ...given, ...more }, ["servers: 2", ...head])).line;

describe("the run of a scenario on several servers", () => {
	it("puts each client on its server, and knows who leads", () =>
		withTwo(async (stage) => {
			const clients = ["clients: {b: {server: $followers.0}, c: {server: $leader}}"];
			const steps = ["{client: b, exists: $root}", "{client: c, getData: $root}", "{assert: $followers, is: [2]}"];
			assert.equal(await lineOf(steps, stage, {}, clients), "kept");
			assert.deepEqual(said(stage.second), ["connect exists sync closeSession"]);
		}));

	it("moves a client, and looks everywhere after a sync", () =>
		withTwo(async (stage) => {
			const steps = ["{exists: $root}", "{reconnect: {}, server: 2}", "{everywhere: {exists: $root}}"];
			assert.equal(await lineOf(steps, stage), "kept");
			assert.deepEqual(said(stage.second), ["connect sync closeSession", "connect sync exists closeSession"]);
			const narrow = ["{everywhere: {getData: $root, reply: {data: y}}, on: [2]}"];
			assert.equal(await lineOf(narrow, stage), 'violated by a_on_2: reply.data: expected "y", found "x"');
		}));

	it("hurts servers as it says, waits for who serves, and heals whatever happens", () =>
		withTwo(
			async (stage) => {
				const steps = ["{fault: {kill: $leader}, as: f}", "{serves: leader, as: next}", "{assert: $next, is: 2}"];
				assert.equal(await lineOf(steps, stage), "kept");
				assert.deepEqual(stage.performed, ['{"kill":1}', "heal"]);
				stage.roles[0] = "leader";
				const broken = ["{fault: {kill: leader}}", "{assert: $leader, is: 7}"];
				assert.equal(await lineOf(broken, stage), "violated by a: the value: expected 7, found 1");
				assert.equal(stage.performed.at(-1), "heal");
			},
			(_, { roles }) => {
				roles[0] = undefined;
				roles[1] = "leader";
			},
		));

	it("finds that nobody serves as it should, and the other way round when that is flipped", () =>
		withTwo(async (stage) => {
			const steps = ["{serves: 2, role: leader, within: 30}"];
			assert.equal(await lineOf(steps, stage), "violated by a: not so within 30 ms: server 2 serves as leader");
			assert.equal(await lineOf(steps, stage, { flip: 0 }), "kept");
			const met = ["{serves: 2, within: 30}"];
			assert.equal(await lineOf(met, stage), "kept");
			assert.equal(await lineOf(met, stage, { flip: 0 }), "violated by a: expected never, found server 2");
		}));

	it("is undecided when a fault can not be brought about, and wrong when it is none", () =>
		withTwo(
			async (stage) => {
				assert.equal(
					await lineOf(["{fault: {kill: leader}}"], stage),
					'undecided: fault {"kill":"leader"}: no process',
				);
				const wrong = await lineOf(["{let: {who: nobody}}", "{fault: {kill: $who}}"], stage);
				assert.match(wrong, /^wrong: kill: a server is its id or one of/);
			},
			() => {
				throw new FaultError("no process");
			},
		));

	it("asks a server again that does not take the client yet", () =>
		withTwo(async (stage) => {
			let refusals = 2;
			const hesitant: Answer = (connection, request, index) => {
				if (request.kind === "connectRequest" && request.body.sessionId !== 0n && refusals-- > 0)
					connection.socket.end();
				else oblige(connection, request, index);
			};
			const server = await FakeServer.start(codec, hesitant);
			try {
				const given = { ...stage.given, addresses: [server.address, server.address] };
				assert.equal(await lineOf(["{exists: $root}", "{reconnect: {}, within: 2000}"], stage, given), "kept");
				assert.equal(refusals, -1);
			} finally {
				server.stop();
			}
		}));
});
