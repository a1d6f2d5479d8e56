import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fillIn, readFaults } from "./faults.js";
import { packageRoot } from "./package-root.js";
import { SpecError } from "./spec-error.js";

const examples = path.join(packageRoot, "spec", "examples", "faults");

describe("a user's faults", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(path.join(tmpdir(), "zkspec-faults-"));
	});
	after(() => rmSync(folder, { recursive: true }));

	function read(...lines: readonly string[]): ReturnType<typeof readFaults> {
		const file = path.join(folder, "faults.yaml");
		writeFileSync(file, ["zkspec: faults/v1", "title: mine", ...lines].join("\n"));
		return readFaults(file);
	}

	function refuses(message: RegExp, ...lines: readonly string[]): void {
		assert.throws(
			() => read(...lines),
			(error) => error instanceof SpecError && message.test(error.message),
		);
	}

	for (const name of readdirSync(examples)) {
		it(`in the example ${name} are commands, each with the one that undoes it`, () => {
			const { commands, timeoutMs } = readFaults(path.join(examples, name));
			assert.deepEqual(Object.keys(commands), ["kill", "stop", "start", "pause", "resume", "partition", "heal"]);
			assert.ok(timeoutMs >= 30_000);
			for (const command of Object.values(commands)) {
				const words = { name: ["a"], names: ["b", "c"], pod: ["a"], pods: ["b", "c"], host: ["a"], hosts: ["b", "c"] };
				const { status, stderr } = spawnSync("sh", ["-n", "-c", fillIn(command, words)], { encoding: "utf8" });
				assert.equal(status, 0, `${stderr}${command}`);
			}
		});
	}

	it("are read", () => {
		const faults = read(
			"timeout: 2m",
			"servers: [{ n: 7 }]",
			"facts: { tickTime: 2000 }",
			"commands:",
			"  start: up {n}",
		);
		const { file: _, ...rest } = faults;
		assert.deepEqual(rest, {
			title: "mine",
			timeoutMs: 120_000,
			words: [{ n: "7" }],
			facts: { tickTime: 2000 },
			commands: { start: "up {n}" },
		});
	});

	it("say where something is wrong with them", () => {
		refuses(/:3:\d+: .*property start when property kill/, "commands: { kill: x }");
		refuses(/:3:\d+: .*did you mean "pause"/, "commands: { pouse: x }");
		refuses(/:4:10: unknown word "{hosts}"; did you mean "host"\?/, "commands:", "  start: up {hosts}");
		refuses(
			/:5:5: this server has no "name"/,
			"servers:",
			"  - { name: a }",
			"  - { nam: b }",
			"commands: { heal: x }",
		);
		refuses(/:3:10: found "soon"/, "timeout: soon", "commands: { heal: x }");
	});

	it("take the words of the shell as they are, and others quoted where they must be", () => {
		const words = { host: ["a.b"], hosts: ["a", "$(b)"], name: ["it's"] };
		const [home, range] = ["$", "{HOME} {{end}}"].join("").split(" ");
		assert.equal(fillIn(`ssh {host} ${home} ${range} {name}`, words), `ssh a.b ${home} ${range} 'it'\\''s'`);
		assert.equal(fillIn("for h in {hosts}", words), "for h in a '$(b)'");
	});
});
