import assert from "node:assert/strict";
import { type BundledServer, startBundled } from "../../conformance/drivers/bundled.js";
import { Control } from "../distributed/control.js";
import { runBench } from "./testing/run-bench.js";

describe("npm run bench with workers of other processes", function () {
	this.timeout(120_000);
	let server: BundledServer;

	before(async () => {
		server = await startBundled();
	});
	after(() => server.stop());

	const control = () => ["--control", server.address, "--control-session", "10s"];
	const worker = (name: string) => runBench(["worker", ...control(), "--name", name]);
	const coordinate = ["coordinate", "--workers", "2", "--smoke", "--reads", "50"];

	async function nodesLeft(): Promise<readonly string[] | undefined> {
		const session = await Control.open({
			servers: [{ host: server.host, port: server.port }],
			sessionMs: 10_000,
			connectMs: 10_000,
		});
		try {
			return await session.maybeChildren("/");
		} finally {
			await session.close();
		}
	}

	it("measures by all of them, and all end well", async () => {
		const workers = [worker("one"), worker("two")];
		const { code, stdout, stderr } = await runBench([...coordinate, ...control(), "--target", server.address]);
		assert.equal(code, 0, stdout + stderr);
		assert.match(stdout, /the load is made by (one, two|two, one)/);
		for (const ended of await Promise.all(workers)) assert.equal(ended.code, 0, ended.stderr);
		assert.deepEqual(await nodesLeft(), ["zookeeper"]);
	});

	it("tells the workers when it is interrupted, and leaves nothing", async () => {
		const workers = [worker("one"), worker("two")];
		const long = [...coordinate, ...control(), "--target", server.address, "--for", "60s"];
		const ending = runBench(long, { signal: { name: "SIGINT", at: "the load is made by" } });
		assert.equal((await ending).code, 130);
		for (const { code, stderr } of await Promise.all(workers)) {
			assert.equal(code, 1);
			assert.equal(stderr, "bench: the run bench was ended: the coordinator was interrupted\n");
		}
		assert.deepEqual(await nodesLeft(), ["zookeeper"]);
	});

	it("refuses what can not be shared out, and what says no control", async () => {
		const cases: readonly (readonly [readonly string[], RegExp])[] = [
			[["coordinate", "--workers", "2"], /--control says where/],
			[["worker"], /--control says where/],
			[["worker", "--control", "a:b"], /--control "a:b"/],
			[["create-latency", "--control", "a:1"], /by one process alone/],
			[["coordinate", "--control", "a:1", "--run", "a/b"], /--run/],
		];
		for (const [args, text] of cases) {
			const { code, stderr } = await runBench(args);
			assert.equal(code, 2, args.join(" "));
			assert.match(stderr, text);
		}
	});
});
