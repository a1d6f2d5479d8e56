import assert from "node:assert/strict";
import { type ServerId, serverId } from "../model/ids.js";
import { configText, EnsembleConfigError, parseConfigText, parseEnsembleConfig } from "./ensemble-config.js";
import { quorumOf } from "./quorum.js";

const ids = (...numbers: number[]): Set<ServerId> => new Set(numbers.map(serverId));
const servers = (count: number): string =>
	Array.from({ length: count }, (_, i) => `server.${i + 1}=127.0.0.1:${2001 + i}:${3001 + i}\n`).join("");

function reasonOf(text: string): string {
	try {
		parseConfigText(text);
	} catch (error) {
		if (error instanceof EnsembleConfigError) return `${error.key}: ${error.message}`;
		throw error;
	}
	return "accepted";
}

describe("the configuration of an ensemble", () => {
	it("is printed as Apache prints it, in the order of its hash map", () => {
		const lines = [
			"server.1=127.0.0.1:2888:3888",
			"server.2=127.0.0.1:2889:3889:observer;2182",
			"server.17=127.0.0.1:2890:3890;127.0.0.1:2183",
			"server.3=localhost:1:2:PARTICIPANT;[0:0:0:0:0:0:0:1]:2181",
			"version=1000000ab",
		];
		const printed = [
			"server.1=127.0.0.1:2888:3888:participant",
			"server.17=127.0.0.1:2890:3890:participant;127.0.0.1:2183",
			"server.2=127.0.0.1:2889:3889:observer;0.0.0.0:2182",
			"server.3=localhost:1:2:participant;[0:0:0:0:0:0:0:1]:2181",
			"version=1000000ab",
		].join("\n");
		assert.equal(configText(parseConfigText(lines.join("\n"))), printed);
		assert.equal(configText(parseConfigText(printed)), printed);
	});

	it("prints groups and the weight of every participant", () => {
		const text = configText(parseConfigText(`${servers(3)}group.1=1:2\ngroup.2=3\nweight.2=0`));
		assert.deepEqual(text.split("\n").slice(3), [
			"group.1=1:2",
			"group.2=3",
			"weight.1=1",
			"weight.2=0",
			"weight.3=1",
			"version=0",
		]);
	});

	it("takes the first of several addresses, and prints all", () => {
		const config = parseEnsembleConfig([["server.1", "b:1:2|a:3:4:observer"]]);
		assert.equal(config.members.get(serverId(1))?.addresses[0].host, "b");
		assert.equal(configText(config), "server.1=a:3:4|b:1:2:observer\nversion=0");
	});

	it("says which line is wrong, and why", () => {
		assert.match(reasonOf("server.1=127.0.0.1:2888"), /^server\.1: .* is not host:quorumPort:electionPort/);
		assert.match(reasonOf("server.1=a:1:2:foo"), /^server\.1: .* is not host:/);
		assert.match(reasonOf("server.x=a:1:2"), /^server\.x: "x" is not a whole number/);
		assert.match(reasonOf("server.1=a:1:70000"), /^server\.1: /);
		assert.match(reasonOf("server.1=a:1:2;x"), /^server\.1: "x" is not \[clientHost:\]clientPort/);
		assert.match(reasonOf("server.1=a:1:2\nserver.2=a:3:1"), /^server\.2: a:1 is used twice \(server\.1\)/);
		assert.match(reasonOf("server.1=a:1:2\nserver.1=a:3:4"), /^server\.1: there are two lines/);
		assert.match(reasonOf("version=xyz"), /^version: /);
		assert.match(reasonOf(`${servers(3)}group.1=1:2`), /^server\.3: server 3 is in no group/);
		assert.match(reasonOf(`${servers(2)}group.1=1:2\ngroup.2=1`), /^group\.2: server 1 is in group 1 already/);
		assert.match(reasonOf(`${servers(2)}group.1=1:2:9`), /^group\.1: group 1 names 9/);
		assert.match(reasonOf(`${servers(2)}weight.1=2`), /^weight\.1: weights need groups/);
	});
});

describe("a quorum", () => {
	it("is more than half of the participants", () => {
		const quorum = quorumOf(parseConfigText(`${servers(4)}server.5=a:1:2:observer`));
		assert.deepEqual([...quorum.voters], [1, 2, 3, 4]);
		assert.equal(quorum.isQuorum(ids(1, 2, 5)), false);
		assert.equal(quorum.isQuorum(ids(1, 2, 4)), true);
		assert.equal(quorum.weightOf(serverId(5)), 0);
	});

	it("is a majority of groups by weight, as Apache counts", () => {
		const nine = `${servers(9)}group.1=1:2:3\ngroup.2=4:5:6\ngroup.3=7:8:9\n`;
		const even = quorumOf(parseConfigText(nine));
		const without3 = quorumOf(parseConfigText(`${nine}weight.7=0\nweight.8=0\nweight.9=0`));
		const judged = (ofIds: Set<ServerId>): [boolean, boolean] => [even.isQuorum(ofIds), without3.isQuorum(ofIds)];
		assert.deepEqual(judged(ids(1, 2, 4, 5)), [true, true]);
		assert.deepEqual(judged(ids(1, 2, 7, 8)), [true, false]);
		assert.deepEqual(judged(ids(1, 2, 4)), [false, false]);
		assert.deepEqual(judged(ids(1, 2)), [false, false]);
		assert.equal(without3.weightOf(serverId(7)), 0);
	});
});
