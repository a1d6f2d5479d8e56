import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePorts } from "./free-ports.js";
import { Program } from "./testing/program.js";

type Facts = Record<string, unknown>;

describe("admin server", function () {
	this.timeout(30_000);
	const folder = fs.mkdtempSync(join(tmpdir(), "zkspec-admin-"));
	const programs: Program[] = [];

	/** Starts a server and waits until it has said all of this; returns what the groups matched. */
	async function start(lines: readonly string[], ...patterns: readonly RegExp[]): Promise<string[]> {
		const data = fs.mkdtempSync(join(folder, "data-"));
		const file = join(data, "zoo.cfg");
		fs.writeFileSync(join(data, "myid"), "1");
		fs.writeFileSync(file, [`dataDir=${data}`, "clientPort=0", "clientPortAddress=127.0.0.1", ...lines].join("\n"));
		const program = new Program([file]);
		programs.push(program);
		const found = await Promise.all(patterns.map((pattern) => program.says(pattern)));
		return found.map((match) => match[1] ?? "");
	}

	async function ask(port: string, path: string): Promise<Facts> {
		const response = await fetch(`http://127.0.0.1:${port}/commands/${path}`);
		assert.equal(response.headers.get("content-type"), "application/json");
		return (await response.json()) as Facts;
	}

	after(async () => {
		await Promise.all(programs.map((program) => program.stop()));
		fs.rmSync(folder, { recursive: true, force: true });
	});

	it("answers commands of a standalone server", async () => {
		const [port = ""] = await start(
			["admin.serverPort=0"],
			/admin server: listening on 0\.0\.0\.0:(\d+)/,
			/listening on/,
		);
		assert.deepEqual(await ask(port, "ruok"), { command: "ruok", error: null });
		assert.deepEqual(await ask(port, "nope"), { command: "nope", error: "Unknown command: nope" });
		assert.deepEqual(await ask(port, "isro"), { read_only: false, command: "is_read_only", error: null });
		assert.equal((await ask(port, "configuration")).server_id, 0);
		assert.equal((await ask(port, "stat")).command, "stats");
		assert.equal((await ask(port, "set_trace_mask?traceMask=307")).tracemask, 307);
		assert.match(String((await ask(port, "set_trace_mask?traceMask=x")).error), /^setTraceMask requires/);
		assert.equal((await ask(port, "gtmk")).tracemask, 307);
		const list = await (await fetch(`http://127.0.0.1:${port}/commands`)).text();
		const names = [...list.matchAll(/>(\w+)</g)].map((match) => match[1] ?? "");
		assert.equal(names.length, 26);
		for (const name of names) assert.equal((await ask(port, name)).command, name);
		assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
		assert.equal((await fetch(`http://127.0.0.1:${port}/commands/ruok`, { method: "POST" })).status, 405);
	});

	it("tells of the ensemble, and before there is a leader that nobody is served", async () => {
		const limits = ["admin.serverPort=0", "initLimit=10", "syncLimit=5", "standaloneEnabled=false"];
		const listening = /admin server: listening on 0\.0\.0\.0:(\d+)/;
		const [a, b, c, d] = await findFreePorts(4);
		const [lonely = ""] = await start(
			[...limits, `server.1=127.0.0.1:${a}:${b}`, "server.2=127.0.0.1:1:2", "server.3=127.0.0.1:3:4"],
			listening,
		);
		const { error } = await ask(lonely, "leader");
		assert.equal(error, "This ZooKeeper instance is not currently serving requests");
		const [port = ""] = await start([...limits, `server.1=127.0.0.1:${c}:${d}`], listening, /serving as leader/);
		assert.deepEqual(await ask(port, "leader"), {
			is_leader: true,
			leader_id: 1,
			leader_ip: "127.0.0.1",
			command: "leader",
			error: null,
		});
		assert.equal((await ask(port, "zabstate")).voting, true);
		assert.equal((await ask(port, "monitor")).quorum_size, 1);
		assert.deepEqual(Object.keys((await ask(port, "voting_view")).current_config as Facts), ["1"]);
	});

	it("prints metrics for Prometheus", async () => {
		const provider = "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider";
		const [port = ""] = await start(
			["admin.enableServer=false", provider, "metricsProvider.httpPort=0"],
			/metrics: listening on 0\.0\.0\.0:(\d+)/,
			/listening on 127/,
		);
		const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
		assert.match(text, /^# TYPE znode_count gauge\nznode_count 5$/m);
		assert.match(text, /^# TYPE connection_rejected counter$/m);
		assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
	});

	it("is left out when its port is in use", async () => {
		const holder = createServer().listen(0, "0.0.0.0");
		await once(holder, "listening");
		const { port } = holder.address() as { port: number };
		await start(
			[`admin.serverPort=${port}`],
			/admin server: can not listen on port \d+, going on without: .*EADDRINUSE/,
		);
		holder.close();
	});
});
