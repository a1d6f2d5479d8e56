import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { findFreePorts } from "./free-ports.js";

describe("free ports", () => {
	it("are all different, and free", async () => {
		const ports = await findFreePorts(50);
		assert.equal(new Set(ports).size, 50);
		for (const port of ports) {
			const server = createServer().listen(port, "127.0.0.1");
			await once(server, "listening");
			await once(server.close(), "close");
		}
	});

	it("are not looked for without an end", async () => {
		const [first = 0] = await findFreePorts(1);
		const server = createServer().listen(first, "127.0.0.1");
		await once(server, "listening");
		await assert.rejects(findFreePorts(1, { first, count: 1 }), /no 1 free ports/);
		server.close();
	});
});
