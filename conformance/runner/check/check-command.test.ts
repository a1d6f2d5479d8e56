import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { CommanderError } from "commander";
import { after, before, describe, it } from "mocha";
import { packageRoot } from "../../../spec/load/package-root.js";
import { judge } from "../../check/judge.js";
import { type PlantedHistory, plantedHistories } from "../../check/testing/planted-histories.js";
import { historyOfStory } from "../../check/testing/story.js";
import { createHistoryFile } from "../../history/writer.js";
import { UsageError } from "../exit-code.js";
import { runCli } from "../testing/run-cli.js";
import { checkCommand } from "./check-command.js";
import { readHistoryFile } from "./history-input.js";

/** Three programs at a time are slow on a busy machine. */
const timeoutMs = 60_000;

describe("zkspec check", function () {
	this.timeout(timeoutMs);
	let folder = "";
	const planted = plantedHistories();
	const mustPlanted = (wanted: (one: PlantedHistory) => boolean): PlantedHistory => {
		const found = planted.find(wanted);
		assert.ok(found !== undefined);
		return found;
	};
	const bad = mustPlanted(({ clauses }) => clauses.length === 1);
	const good = mustPlanted(({ outcome }) => outcome === "ok");

	const write = (name: string, one: PlantedHistory): string => {
		const file = path.join(folder, name);
		const { header, records } = historyOfStory(one.story);
		const writer = createHistoryFile(file, header);
		for (const record of records) writer.write(record);
		writer.close();
		return file;
	};

	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-check-"));
		write("bad.zkh", bad);
		write("good.zkh", good);
		writeWrongFiles();
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	it("judges each history, names what is broken and ends with 1", async () => {
		const { code, stdout, stderr } = await runCli(["check", "good.zkh", "bad.zkh", "--report-json", "r.json"], folder);
		assert.equal(stderr, "");
		assert.equal(code, 1);
		assert.match(stdout, /^good\.zkh: kept/m);
		assert.match(stdout, /^bad\.zkh: VIOLATED/m);
		assert.ok(stdout.includes(bad.clauses[0] ?? "?"), stdout);
		assert.match(stdout, /#\d+.* at \d+\.\d{6} s: client \d+/);
		const report: unknown = JSON.parse(readFileSync(path.join(folder, "r.json"), "utf8"));
		const schema = path.join(packageRoot, "spec", "schema", "check-report.v1.json");
		const validate = new Ajv2020().compile(JSON.parse(readFileSync(schema, "utf8")) as object);
		assert.ok(validate(report), JSON.stringify(validate.errors));
	});

	it("ends with 0 when everything is kept, and writes the page all the same", async () => {
		const { code, stderr } = await runCli(["check", "good.zkh", "--explain", "pages/good.html"], folder);
		assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
		assert.ok(statSync(path.join(folder, "pages", "good.html")).size > 10_000);
	});

	it("prints a history as text that it takes again", async () => {
		const { code, stdout } = await runCli(["check", "bad.zkh", "--text"], folder);
		assert.equal(code, 0);
		writeFileSync(path.join(folder, "bad.jsonl"), stdout);
		const again = await runCli(["check", "bad.jsonl", "--around", "10s"], folder);
		assert.equal(again.code, 1);
		assert.match(again.stdout, /around 1, 10000 ms/);
		assert.match(again.stdout, /^ {3}> #/m);
	});

	it("writes the shortest history, which is violated for the same reason", async () => {
		const small = path.join(folder, "small.zkh");
		const { code, stdout } = await runCli(["check", "bad.zkh", "--minimal", "small.zkh"], folder);
		assert.equal(code, 1);
		assert.match(stdout, /shortest history that shows 1\. \(\d+ of \d+ operations\): small\.zkh/);
		const verdict = judge(readHistoryFile(small));
		assert.ok(verdict.outcome === "violated" && verdict.findings.some(({ clause }) => clause === bad.clauses[0]));
	});

	const misuse: readonly (readonly [name: string, args: readonly string[], says: RegExp])[] = [
		["no file", [], /missing required argument/],
		["a file that is missing", ["nothing.zkh"], /nothing\.zkh can not be read: ENOENT/],
		["a file that is no history", ["foreign.zkh"], /foreign\.zkh is not a history/],
		["a newer format", ["newer.zkh"], /newer\.zkh is a zkspec history\/9, this version reads zkspec history\/1/],
		["damage in the middle", ["damaged.zkh"], /damaged\.zkh is no valid history: /],
		["a wrong line of text", ["wrong.jsonl"], /wrong\.jsonl is no valid history: line 2/],
		["a page for two", ["good.zkh", "bad.zkh", "--explain", "x.html"], /--explain writes the page of one/],
		["a page that can not be written", ["good.zkh", "--explain", "/proc/x.html"], /--explain .* can not be written/],
		["a time that is none", ["good.zkh", "--around", "soon"], /--around.*such as 50ms/],
	];

	const writeWrongFiles = (): void => {
		const file = (name: string) => path.join(folder, name);
		writeFileSync(file("foreign.zkh"), "PK\u0003\u0004 not one\n");
		writeFileSync(file("newer.zkh"), '{"format":"zkspec history/9"}\n');
		const damaged = readFileSync(write("damaged.zkh", bad));
		damaged.fill(0xff, damaged.indexOf("\n") + 2, damaged.indexOf("\n") + 8);
		writeFileSync(file("damaged.zkh"), damaged);
		writeFileSync(file("wrong.jsonl"), '{"format":"zkspec history/1"}\n{"type":\n');
	};

	for (const [name, args, says] of misuse) {
		it(`says in one line what is wrong with ${name}`, async () => {
			const found = args.map((arg) => (/\.(zkh|jsonl)$/.test(arg) ? path.join(folder, arg) : arg));
			const error = await checkCommand(found).then(
				() => assert.fail("it was taken"),
				(reason: unknown) => reason,
			);
			assert.ok(error instanceof UsageError || error instanceof CommanderError);
			assert.match(error.message, says);
			assert.equal(error.message.trim().split("\n").length, 1);
		});
	}

	it("judges what there is of a history that was cut, and says so", async () => {
		const file = write("cut.zkh", good);
		truncateSync(file, statSync(file).size - 3);
		const { stdout, stderr } = await runCli(["check", "cut.zkh"], folder);
		assert.equal(stderr, "");
		assert.match(stdout, /the run did not come to its end/);
	});
});
