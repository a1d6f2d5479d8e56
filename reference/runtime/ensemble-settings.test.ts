import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configText } from "../zab/ensemble-config.js";
import { ConfigError } from "./config-error.js";
import { type Membership, membershipOf } from "./ensemble-settings.js";
import { configure, parseZooCfg } from "./zoo-cfg.js";

const folder = fs.mkdtempSync(join(tmpdir(), "zkspec-members-"));
const three = ["server.1=a:1:2", "server.2=b:1:2", "server.3=c:1:2:participant;2181"];
const limits = ["initLimit=10", "syncLimit=5"];

function membership(lines: readonly string[], myid = "1\n"): Membership {
	fs.writeFileSync(join(folder, "myid"), myid);
	return membershipOf(configure(parseZooCfg("zoo.cfg", lines.join("\n"))), folder);
}

function member(lines: readonly string[], myid?: string): Extract<Membership, { type: "member" }> {
	const found = membership(lines, myid);
	assert.ok(found.type === "member");
	return found;
}

describe("ensemble of a zoo.cfg", () => {
	after(() => fs.rmSync(folder, { recursive: true, force: true }));

	it("is none without server lines, or with one", () => {
		assert.equal(membership(["clientPort=2181"]).type, "standalone");
		const alone = membership(["server.1=a:1:2;127.0.0.1:2182"]);
		assert.equal(alone.type, "standalone");
		assert.equal(alone.settings.clientPort, 2182);
		assert.equal(alone.settings.clientPortAddress, "127.0.0.1");
	});

	it("may have one voter when standaloneEnabled says so", () => {
		const { own, notes } = member(["standaloneEnabled=false", ...limits, "server.1=a:1:2"]);
		assert.equal(own.id, 1);
		assert.deepEqual(notes, ["1 voters tolerate no failure of a server; 3 tolerate one"]);
	});

	it("takes the client port from the own line, and leaves one that only the file has out of the lines", () => {
		assert.equal(member([...limits, ...three], "3").settings.clientPort, 2181);
		const { config } = member([...limits, ...three, "clientPort=2183"], "2");
		assert.equal(
			configText(config),
			"server.1=a:1:2:participant\nserver.2=b:1:2:participant\n" + "server.3=c:1:2:participant;0.0.0.0:2181\nversion=0",
		);
	});

	it("reads a dynamic configuration file, with the version of its name", () => {
		const file = join(folder, "zoo.cfg.dynamic.100000002");
		fs.writeFileSync(file, three.join("\n"));
		assert.equal(member([...limits, `dynamicConfigFile=${file}`]).config.version, 0x1_0000_0002);
		assert.throws(
			() => member([...limits, `dynamicConfigFile=${file}`, ...three]),
			/zoo\.cfg:4:1: server\.1 belongs into/,
		);
		fs.writeFileSync(file, "tickTime=1");
		assert.throws(() => member([`dynamicConfigFile=${file}`]), /dynamic\.100000002:1:1: tickTime does not belong/);
	});

	it("believes the server line, not peerType", () => {
		const { notes } = member([...limits, ...three, "peerType=observer"]);
		assert.deepEqual(notes, ["peerType=observer is ignored: the line server.1 says participant"]);
	});

	const wrong: readonly (readonly [string, readonly string[], string])[] = [
		["no initLimit", three, "zoo.cfg:1:1: an ensemble needs initLimit, which is not set"],
		["no syncLimit", ["initLimit=1", ...three], "zoo.cfg:2:1: an ensemble needs syncLimit, which is not set"],
		["no participant", ["server.1=a:1:2:observer"], "zoo.cfg:1:1: none of the servers is a participant"],
		[
			"an observer of a standalone server",
			["server.1=a:1:2", "server.2=a:3:4:observer"],
			"zoo.cfg:1:1: observers of a single server need standaloneEnabled=false",
		],
		[
			"two servers with one id",
			["server.1=a:1:2", "server.1=b:1:2"],
			"zoo.cfg:2:10: server.1: there are two lines for server.1",
		],
		[
			"two client ports",
			[...limits, "clientPort=1", "server.1=a:1:2;2", "server.2=b:1:2"],
			"server.1: its clients' address 0.0.0.0:2 is not that of clientPort, 0.0.0.0:1",
		],
		["another algorithm", ["electionAlg=2"], 'zoo.cfg:1:13: electionAlg must be 3, not "2"'],
	];
	for (const [what, lines, message] of wrong) {
		it(`refuses ${what} in one line`, () => {
			assert.throws(() => membership(lines), { name: "ConfigError", message });
		});
	}

	const wrongIds: readonly (readonly [string, string])[] = [
		["", `expected this server's number, from 0 to 255, not ""`],
		["one", `expected this server's number, from 0 to 255, not "one"`],
		["256", `expected this server's number, from 0 to 255, not "256"`],
		["7", "this is server 7, but there is no line server.7: the servers are 1, 2, 3"],
	];
	for (const [content, message] of wrongIds) {
		it(`refuses ${JSON.stringify(content)} as myid`, () => {
			assert.throws(() => membership([...limits, ...three], content), new ConfigError(join(folder, "myid"), message));
		});
	}

	it("says what a missing myid is for", () => {
		const nowhere = join(folder, "nowhere");
		const configuration = configure(parseZooCfg("zoo.cfg", [...limits, ...three].join("\n")));
		const message = /nowhere\/myid: can not be read; it must hold the N of this server's line server\.N \(ENOENT/;
		assert.throws(() => membershipOf(configuration, nowhere), message);
	});
});
