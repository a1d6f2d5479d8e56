import assert from "node:assert/strict";
import type { Door } from "../host/network.js";
import { serverId } from "../model/ids.js";
import { type Member, parseMember } from "../zab/member.js";
import type { DoorEvents, DoorPlace } from "./listener.js";
import { type DoorSettings, MemberDoors } from "./member-doors.js";

interface Opened {
	readonly door: Door;
	readonly at: DoorPlace;
	readonly events: Pick<DoorEvents, "onPort" | "onError">;
}

const settings: DoorSettings = {
	clientPort: 2181,
	clientPortAddress: undefined,
	listenBacklog: -1,
	quorumListenOnAllIps: false,
	electionPortBindRetry: 3,
};

function member(line: string): Member {
	const parsed = parseMember(serverId(1), line);
	assert.ok(typeof parsed !== "string", line);
	return parsed;
}

function setUp(more: Partial<DoorSettings> = {}) {
	const opened: Opened[] = [];
	const told: string[] = [];
	const doors = new MemberDoors({
		settings: { ...settings, ...more },
		network: { listen: (door, at, events) => void opened.push({ door, at, events }) },
		failed: (exitCode, message) => told.push(`failed ${exitCode}: ${message}`),
		onNote: (line) => told.push(line),
		onClientPort: (port) => told.push(`clients at ${port}`),
	});
	const places = (): string[] => opened.map(({ door, at }) => `${door} ${at.host ?? "*"}:${at.port}`);
	return { doors, opened, told, places };
}

describe("doors of a member", () => {
	const line = "127.0.0.1:2888:3888:participant;127.0.0.1:2182";

	it("are where its line says, and open when all of them are", () => {
		const { doors, opened, told, places } = setUp();
		let opens = 0;
		doors.open(member(line), () => opens++);
		assert.deepEqual(places(), ["election 127.0.0.1:3888", "quorum 127.0.0.1:2888", "client 127.0.0.1:2182"]);
		for (const { events, at } of opened.slice(0, 2)) events.onPort(at.port);
		assert.equal(opens, 0);
		opened[2]?.events.onPort(2182);
		assert.equal(opens, 1);
		assert.deepEqual(told, ["clients at 2182"]);
	});

	it("let clients in by the settings' port where the line has none", () => {
		const { doors, places } = setUp();
		doors.open(member("127.0.0.1:2888:3888:participant"), () => undefined);
		assert.equal(places().at(-1), "client *:2181");
	});

	it("are open to all addresses where that is wanted", () => {
		const { doors, places, opened } = setUp({ quorumListenOnAllIps: true, electionPortBindRetry: 0 });
		doors.open(member("127.0.0.1:2888:3888:participant;2182"), () => undefined);
		assert.deepEqual(places(), ["election *:3888", "quorum *:2888", "client *:2182"]);
		assert.equal(opened[0]?.at.attempts, Number.POSITIVE_INFINITY);
	});

	it("follow the line, each when it has moved", () => {
		const { doors, opened, told, places } = setUp();
		doors.open(member(line), () => undefined);
		doors.follow(member(line));
		assert.equal(opened.length, 3);
		doors.follow(member("127.0.0.1:2888:3889:participant;127.0.0.1:2183"));
		assert.deepEqual(places().slice(3), ["election 127.0.0.1:3889", "client 127.0.0.1:2183"]);
		opened[4]?.events.onPort(2183);
		assert.deepEqual(told, ["clients at 2183", "the client port is 127.0.0.1:2183 from now on"]);
		doors.follow(member("127.0.0.1:2888:3889:participant;127.0.0.1:2183"));
		assert.equal(opened.length, 5);
	});

	it("end the start when one can not be opened, and later are only told of", () => {
		const { doors, opened, told } = setUp();
		doors.open(member(line), () => assert.fail("they are not open"));
		opened[0]?.events.onError(new Error("in use"));
		assert.match(told[0] ?? "", /^failed \d+: can not listen on 127\.0\.0\.1:3888, the election port: in use$/);
		doors.follow(member("127.0.0.1:2889:3888:participant;127.0.0.1:2182"));
		opened[3]?.events.onError(new Error("in use"));
		assert.equal(told[1], "can not listen on 127.0.0.1:2889, the quorum port: in use");
	});
});
