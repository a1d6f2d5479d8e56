import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.js", import.meta.url));

/** The program, with its lines as they come. */
class Launched {
	readonly child: ChildProcessWithoutNullStreams;
	readonly out: string[] = [];
	readonly #log: string[] = [];
	#heard: () => void = () => undefined;

	constructor(...args: string[]) {
		this.child = spawn(process.execPath, [main, ...args, "--until-stdin-ends"], { stdio: "pipe" });
		createInterface({ input: this.child.stdout }).on("line", (line) => {
			this.out.push(line);
			this.#heard();
		});
		createInterface({ input: this.child.stderr }).on("line", (line) => {
			this.#log.push(line);
			this.#heard();
		});
	}

	/** The first line of the log that matches. */
	async logged(pattern: RegExp): Promise<RegExpExecArray> {
		for (;;) {
			const match = this.#log.map((line) => pattern.exec(line)).find((found) => found !== null);
			if (match) return match;
			await this.#more();
		}
	}

	async connectString(): Promise<string> {
		for (;;) {
			const [line] = this.out;
			if (line !== undefined) return line;
			await this.#more();
		}
	}

	#more(): Promise<void> {
		return new Promise((resolve) => {
			this.#heard = resolve;
		});
	}
}

async function ask(address: string, word: string): Promise<string> {
	const [host, port] = address.split(":");
	const socket = connect(Number(port), host);
	socket.write(word);
	return text(socket);
}

describe("ensemble of the command line", function () {
	this.timeout(30_000);
	let launched: Launched | undefined;
	afterEach(() => launched?.child.stdin.end());

	it("prints where clients may come, reports who is gone, and ends with everybody", async () => {
		launched = new Launched("--servers", "3", "--observers", "1", "--set", "tickTime=500");
		const addresses = (await launched.connectString()).split(",");
		assert.equal(addresses.length, 4);
		const [, id = "", pid = ""] = await launched.logged(/4 of 4 servers serve, \[\d\] leads; .*\[(4)\] pid (\d+)$/);
		assert.match(await ask(addresses[3] ?? "", "srvr"), /^Mode: observer$/m);
		const folder = /^dataDir=(.*)\/4\/version-2$/m.exec(await ask(addresses[3] ?? "", "conf"))?.[1] ?? "";
		assert.ok(existsSync(folder));
		process.kill(Number(pid), "SIGKILL");
		await launched.logged(new RegExp(`^\\[${id}\\] ended by SIGKILL; 3 of 4 servers are left$`));
		launched.child.stdin.end();
		assert.deepEqual(await once(launched.child, "close"), [0, null]);
		assert.equal(existsSync(folder), false);
		assert.equal(launched.out.length, 1);
		for (const address of addresses) await assert.rejects(ask(address, "ruok"), /ECONNREFUSED/);
	});

	it("starts a member again that has ended, when it is told to", async () => {
		launched = new Launched("--servers", "1", "--restart");
		const address = await launched.connectString();
		const [, pid] = await launched.logged(/1 of 1 servers serve, \[1\] leads; \[1\] pid (\d+)$/);
		process.kill(Number(pid), "SIGKILL");
		await launched.logged(/^\[1\] ended by SIGKILL; it is started again$/);
		await launched.logged(/leading epoch 2/);
		assert.match(await ask(address, "srvr"), /^Mode: leader$/m);
		launched.child.kill("SIGTERM");
		assert.deepEqual(await once(launched.child, "close"), [0, null]);
	});

	it("ends with 3 when the data directory can not be made", async () => {
		launched = new Launched("--servers", "3", "--data-dir", join(main, "data"));
		const closed = once(launched.child, "close");
		await launched.logged(/^the data directory .*main\.js\/data\/1 can not be used: ENOTDIR/);
		assert.deepEqual(await closed, [3, null]);
	});

	const wrong: readonly (readonly [string[], RegExp])[] = [
		[["--servers", "0"], /--servers <n>.*expected a whole number from 1/],
		[["--observers", "1", "--port", "0"], /--observers goes with --servers/],
		[["--servers", "3", "--port", "2181"], /--port does not go with --servers; see --base-port/],
		[["--servers", "3", "zoo.cfg"], /--servers makes its own zoo\.cfg files/],
		[["--servers", "3", "--set", "colour=red"], /unknown key "colour"/],
	];
	for (const [args, message] of wrong) {
		it(`refuses ${args.join(" ")} in one line`, async () => {
			launched = new Launched(...args);
			await launched.logged(message);
			assert.equal(launched.child.exitCode ?? (await once(launched.child, "close"))[0], 2);
		});
	}
});
