import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classPath, unavailable } from "./class-path.js";

describe("class path of an Apache ZooKeeper", () => {
	let folder = "";

	const release = (...names: string[]) => {
		mkdirSync(join(folder, "lib"));
		for (const name of names) writeFileSync(join(folder, "lib", name), "");
	};

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "zkspec-jars-"));
		process.env.ZKSPEC_APACHE_3_1_4 = folder;
	});

	afterEach(() => {
		rmSync(folder, { recursive: true });
		delete process.env.ZKSPEC_APACHE_3_1_4;
	});

	it("takes a release's own jars, records first, other versions and loggers left out", () => {
		release("zookeeper-3.1.4.jar", "zookeeper-jute-3.1.4.jar", "zookeeper-9.jar", "netty.jar", "slf4j-nop.jar");
		const names = classPath("3.1.4")
			?.split(":")
			.map((file) => file.slice(folder.length));
		assert.deepEqual(names, ["/lib/zookeeper-jute-3.1.4.jar", "/lib/zookeeper-3.1.4.jar", "/lib/netty.jar"]);
	});

	it("says how to provide a version that is not here", () => {
		assert.equal(classPath("3.1.4"), undefined);
		assert.match(unavailable("3.1.4") ?? "", /ZKSPEC_APACHE_3_1_4|java is not installed/);
	});
});
