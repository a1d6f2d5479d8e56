import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { commandLine } from "./command-line.js";
import { runCli } from "./testing/run-cli.js";

const head = "zkspec: guarantee/v1\nguarantee: mine\ntitle: My own\n";
const clause =
	"clauses:\n  mine.one:\n    { level: must, text: Something is promised., cite: nowhere, since: '3.0' }\n";

interface Case {
	readonly name: string;
	readonly args: readonly string[];
	readonly says: RegExp;
}

/** Told by a program of its own, on standard error and nothing else: the first, and those that come after a run has begun. */
const programs: readonly Case[] = [
	{ name: "an unknown option", args: ["--tarjet", "a:1"], says: /unknown option '--tarjet'.*--target/s },
	{
		name: "a profile that does not exist",
		args: ["--target", "127.0.0.1:1", "--profile", "apachee"],
		says: /--profile apachee: no such name or file; did you mean "apache"/,
	},
	{
		name: "a driver that can not be loaded",
		args: ["--driver", "module:nowhere.js"],
		says: /--driver module:nowhere\.js can not be loaded/,
	},
	{
		name: "a report that can not be written",
		args: ["--target", "127.0.0.1:1", "--report-json", "/dev/null/x.json"],
		says: /--report-json .* can not be written/,
	},
];

const cases: readonly Case[] = [
	{ name: "a word too many", args: ["localhost:2181"], says: /too many arguments/ },
	{ name: "a target that is no address", args: ["--target", "a:b"], says: /--target "a:b": expected host:port/ },
	{ name: "a port that is none", args: ["--target", "a:70000"], says: /a port is a number from 1 to 65535/ },
	{ name: "a count that is none", args: ["--repeat", "0"], says: /--repeat.*whole number from 1/ },
	{ name: "a fact without a value", args: ["--fact", "ttl"], says: /--fact.*name=value/ },
	{ name: "a log level that is none", args: ["--log-level", "loud"], says: /--log-level.*quiet, normal, verbose/ },
	{ name: "super credentials without a password", args: ["--super", "me"], says: /--super.*user:password/ },
	{
		name: "a filter that matches nothing",
		args: ["--only", "create.exist"],
		says: /--only "create.exist" matches no .*did you mean "create.exists"/,
	},
	{ name: "an empty filter", args: ["--only", ""], says: /--only is empty; expected a guarantee/ },
	{
		name: "a filter that leaves nothing",
		args: ["--only", "data-tree", "--skip", "data-tree"],
		says: /no scenario is left/,
	},
	{
		name: "a spec folder that does not exist",
		args: ["--spec", "nowhere/"],
		says: /--spec nowhere\/: there is no such file/,
	},
	{
		name: "a number of servers that are there already",
		args: ["--servers", "3", "--target", "127.0.0.1:1"],
		says: /--servers is for bundled servers/,
	},
	{
		name: "observers beside servers that are there already",
		args: ["--observers", "1", "--target", "127.0.0.1:1"],
		says: /--observers is for bundled servers/,
	},
	{ name: "faults without a target", args: ["--faults", "x.yaml"], says: /--faults needs --target/ },
	{
		name: "a driver beside a target",
		args: ["--driver", "module:x.js", "--target", "127.0.0.1:1"],
		says: /--driver and --target exclude each other/,
	},
	{ name: "a driver that is no module", args: ["--driver", "docker"], says: /Expected simulator or module:FILE/ },
	{ name: "cleaning without a target", args: ["--clean"], says: /--clean needs --target/ },
];

const files: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
	{ name: "broken YAML", text: "zkspec: [", says: /^\S*mine\.yaml:1:\d+: .+$/ },
	{
		name: "YAML with a conflict left in it",
		text: `${head}<<<<<<< HEAD\n${clause}=======\n`,
		says: /^\S*mine\.yaml:4:1: .+$/,
	},
	{ name: "a newer schema", text: "zkspec: guarantee/v9\n", says: /mine\.yaml:1:9: .*newer than this runner knows/ },
	{
		name: "an unknown operation",
		text: `${head}${clause}scenarios:\n  s:\n    covers: [mine.one]\n    steps:\n      - { creat: $root/a }\n`,
		says: /mine\.yaml:11:\d+: unknown operation "creat"; did you mean "create"/,
	},
	{
		name: "an unknown clause",
		text: `${head}${clause}scenarios:\n  s:\n    covers: [mine.on]\n    steps:\n      - { create: $root/a }\n`,
		says: /mine\.yaml:9:\d+: unknown clause "mine.on"; did you mean "mine.one"/,
	},
	{
		name: "a scenario without a clause",
		text: `${head}${clause}scenarios:\n  s:\n    steps:\n      - { create: $root/a }\n`,
		says: /mine\.yaml:9:\d+: key "covers" is missing/,
	},
	{
		name: "a clause that is already there",
		text: `${head}${clause.replace("mine.one", "create.exists")}`,
		says: /mine\.yaml:5:\d+: clause "create.exists" is already in .*tree-create\.yaml/,
	},
];

describe("wrong use of the conformance suite", function () {
	this.timeout(60_000);
	for (const { name, args, says } of programs) {
		it(`${name} ends with code 2 and one clear line`, async () => {
			const { code, stderr, stdout } = await runCli(args);
			assert.match(stderr, says);
			assert.equal(code, 2);
			assert.equal(stdout, "");
			assert.ok(!stderr.includes("    at "), stderr);
		});
	}
	for (const { name, args, says } of cases) {
		it(`${name} is wrong use, told in one clear line`, async () => {
			const { code, told } = await use(args);
			assert.match(told, says);
			assert.equal(code, 2);
			assert.ok(!told.includes("    at "), told);
		});
	}

	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-test-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	for (const { name, text, says } of files) {
		it(`${name} is wrong use, and its place is named`, async () => {
			const file = path.join(folder, "mine.yaml");
			writeFileSync(file, text);
			const { code, told } = await use(["--spec", file, "--list"]);
			assert.match(told, says);
			assert.equal(code, 2);
		});
	}

	it("a file is named as seen from where the program runs", async () => {
		writeFileSync(path.join(folder, "mine.yaml"), "zkspec: [");
		const { code, stderr } = await runCli(["--spec", "mine.yaml", "--list"], folder);
		assert.match(stderr, /^mine\.yaml:1:\d+: .+\n$/);
		assert.equal(code, 2);
	});
});

/** What the program would end with, and what it would tell on standard error. */
async function use(args: readonly string[]): Promise<{ readonly code: number; readonly told: string }> {
	const told: string[] = [];
	const code = await commandLine(args, (text) => told.push(text));
	return { code, told: told.join("\n") };
}
