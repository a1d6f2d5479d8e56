import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { main, Program } from "./testing/program.js";

async function ask(address: string, word: string): Promise<string> {
	const [host, port] = address.split(":");
	const socket = connect(Number(port), host);
	socket.write(word);
	return text(socket);
}

async function isGone(path: string): Promise<void> {
	const watcher = watch(dirname(path));
	while (existsSync(path)) await once(watcher, "change");
	watcher.close();
}

const connectString = /^127\.0\.0\.1:\d+(,127\.0\.0\.1:\d+)*$/;

describe("ensemble of the command line", function () {
	this.timeout(30_000);
	let launched: Program | undefined;
	afterEach(() => launched?.stop());

	it("prints where clients may come, reports who is gone, and ends with everybody", async () => {
		launched = new Program(["--servers", "3", "--observers", "1", "--set", "tickTime=500"]);
		const addresses = (await launched.says(connectString))[0].split(",");
		assert.equal(addresses.length, 4);
		const [, id = "", pid = ""] = await launched.says(/4 of 4 servers serve, \[\d\] leads; .*\[(4)\] pid (\d+)$/);
		assert.match(await ask(addresses[3] ?? "", "srvr"), /^Mode: observer$/m);
		const folder = /^dataDir=(.*)\/4\/version-2$/m.exec(await ask(addresses[3] ?? "", "conf"))?.[1] ?? "";
		assert.ok(existsSync(folder));
		process.kill(Number(pid), "SIGKILL");
		await launched.says(new RegExp(`^\\[${id}\\] ended by SIGKILL; 3 of 4 servers are left$`));
		assert.equal(await launched.stop(), 0);
		assert.equal(existsSync(folder), false);
		assert.equal(launched.out.length, 1);
		for (const address of addresses) await assert.rejects(ask(address, "ruok"), /ECONNREFUSED/);
	});

	it("leaves nothing when it is killed", async () => {
		launched = new Program(["--servers", "2"]);
		const [addresses] = await launched.says(connectString);
		const address = addresses.split(",")[0] ?? "";
		const folder = /^dataDir=(.*)\/1\/version-2$/m.exec(await ask(address, "conf"))?.[1] ?? "";
		assert.ok(existsSync(folder));
		launched.kill("SIGKILL");
		await isGone(folder);
	});

	it("starts a member again that has ended, when it is told to", async () => {
		launched = new Program(["--servers", "1", "--restart"]);
		const [address] = await launched.says(connectString);
		const [, pid] = await launched.says(/1 of 1 servers serve, \[1\] leads; \[1\] pid (\d+)$/);
		process.kill(Number(pid), "SIGKILL");
		await launched.says(/^\[1\] ended by SIGKILL; it is started again$/);
		await launched.says(/leading epoch 2/);
		assert.match(await ask(address, "srvr"), /^Mode: leader$/m);
		launched.kill("SIGTERM");
		assert.equal(await launched.ended, 0);
	});

	it("ends with 3 when the data directory can not be made", async () => {
		launched = new Program(["--servers", "3", "--data-dir", join(main, "data")]);
		await launched.says(/^the data directory .*main\.js\/data\/1 can not be used: ENOTDIR/);
		assert.equal(await launched.ended, 3);
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
			launched = new Program(args);
			await launched.says(message);
			assert.equal(await launched.ended, 2);
		});
	}
});
