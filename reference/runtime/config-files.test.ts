import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverId } from "../model/ids.js";
import { parseConfigText } from "../zab/ensemble-config.js";
import { ConfigFiles } from "./config-files.js";

const lineOf = (id: number, client = ""): string =>
	`server.${id}=127.0.0.1:${2000 + id}:${3000 + id}:participant${client}`;
const one = lineOf(1, ";127.0.0.1:2181");
const first = parseConfigText([one, lineOf(2), lineOf(3), "version=0"].join("\n"));
const second = parseConfigText([one, lineOf(2), "version=100000004"].join("\n"));
const third = parseConfigText([one, "version=100000009"].join("\n"));
const before = ["tickTime=500", "clientPort=2181", "dataDir=/data", one, lineOf(2), lineOf(3), ""].join("\n");

describe("configuration files", () => {
	let folder: string;
	let notes: string[];
	const read = (name: string): string => readFileSync(join(folder, name), "utf8");
	const open = (ownId = 1): ConfigFiles =>
		new ConfigFiles({
			file: join(folder, "zoo.cfg"),
			ownId: serverId(ownId),
			config: first,
			isDynamic: false,
			onNote: (line) => notes.push(line),
		});
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "zkspec-config-files-"));
		notes = [];
		writeFileSync(join(folder, "zoo.cfg"), before);
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("stay as they are until the ensemble changes, but for a copy", () => {
		open().save(first, undefined);
		assert.deepEqual(readdirSync(folder).sort(), ["zoo.cfg", "zoo.cfg.bak"]);
		assert.equal(read("zoo.cfg"), before);
		assert.equal(read("zoo.cfg.bak"), before);
	});

	it("name the ensemble by its version, and zoo.cfg keeps the rest", () => {
		open().save(second, undefined);
		const dynamic = join(folder, "zoo.cfg.dynamic.100000004");
		assert.equal(read("zoo.cfg.dynamic.100000004"), [one, lineOf(2)].join("\n"));
		assert.equal(read("zoo.cfg"), `tickTime=500\ndataDir=/data\ndynamicConfigFile=${dynamic}\n`);
		assert.equal(read("zoo.cfg.bak"), before);
	});

	it("keep the clients' port where the server line has none", () => {
		open(2).save(second, undefined);
		assert.match(read("zoo.cfg"), /^clientPort=2181$/m);
	});

	it("have what may follow, with its version, for as long as it may", () => {
		const files = open();
		files.save(first, second);
		assert.equal(read("zoo.cfg.dynamic.next"), [one, lineOf(2), "version=100000004"].join("\n"));
		files.save(second, undefined);
		assert.ok(!readdirSync(folder).includes("zoo.cfg.dynamic.next"));
		files.save(second, third);
		files.save(second, undefined);
		assert.ok(!readdirSync(folder).includes("zoo.cfg.dynamic.next"));
		assert.ok(!readdirSync(folder).some((name) => name.endsWith(".tmp")));
	});

	it("are written once for each change", () => {
		const files = open();
		files.save(second, third);
		for (const name of readdirSync(folder)) rmSync(join(folder, name));
		files.save(second, third);
		assert.deepEqual(readdirSync(folder), []);
		writeFileSync(join(folder, "zoo.cfg"), before);
		files.save(third, undefined);
		assert.equal(read("zoo.cfg.dynamic.100000009"), one);
		files.save(second, undefined);
		assert.deepEqual(readdirSync(folder).sort(), ["zoo.cfg", "zoo.cfg.dynamic.100000009"]);
	});

	it("are no reason to stop when they can not be written, and are tried again", () => {
		const files = open();
		rmSync(folder, { recursive: true });
		files.save(second, undefined);
		files.save(second, undefined);
		assert.equal(notes.length, 2);
		assert.match(notes[0] ?? "", /can not be saved: ENOENT/);
	});
});
