import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { findFreePorts, PortBlocks, type PortRange } from "./free-ports.js";

const module = JSON.stringify(new URL("./free-ports.js", import.meta.url).href);

/** Nine ports that a process which ends at once was given. */
function ofAnotherProcess(among: PortRange): number[] {
	const script = `const { PortBlocks } = await import(${module});
		console.log(JSON.stringify(await new PortBlocks(${JSON.stringify(among)}).find(9)));`;
	return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }));
}

/** Ports next to each other, as many blocks of ten as that. */
async function blocksOfTen(blocks: number): Promise<PortRange> {
	for (;;) {
		const count = 10 * blocks;
		const [first = 0, ...more] = await findFreePorts(count);
		if (more.at(-1) === first + count - 1) return { first, count, blockSize: 10 };
	}
}

describe("free ports", () => {
	it("are all different, and free", async () => {
		const ports = await findFreePorts(120);
		assert.equal(new Set(ports).size, 120);
		for (const port of ports) {
			const server = createServer().listen(port, "127.0.0.1");
			await once(server, "listening");
			await once(server.close(), "close");
		}
	});

	it("are nobody else's, although nobody listens on them", async () => {
		const among = await blocksOfTen(4);
		const sets = [await new PortBlocks(among).find(9), await new PortBlocks(among).find(18)];
		assert.equal(new Set([...sets.flat(), ...ofAnotherProcess(among)]).size, 36);
	});

	it("go back to all when their process ends", async () => {
		const among = await blocksOfTen(1);
		assert.deepEqual(ofAnotherProcess(among), await new PortBlocks(among).find(9));
		await assert.rejects(new PortBlocks(among).find(1), /other processes have all ports/);
	});

	it("are given again where there are no others, but not while somebody listens", async () => {
		const among = await blocksOfTen(1);
		const blocks = new PortBlocks(among);
		const [first = 0, ...more] = await blocks.find(9);
		const server = createServer().listen(first, "127.0.0.1");
		await once(server, "listening");
		assert.deepEqual(await blocks.find(8), more);
		await assert.rejects(blocks.find(9), /no 9 free ports/);
		server.close();
	});
});
