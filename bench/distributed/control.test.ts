import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BundledServer, startBundled } from "../../conformance/drivers/bundled.js";
import { findFreePorts } from "../../conformance/drivers/free-ports.js";
import { Control, ControlError } from "./control.js";

describe("a control session", function () {
	this.timeout(60_000);
	let folder: string;
	/** Of all servers of a test, one after the other: nobody else gets it while none of them runs. */
	let port: number;
	const servers: BundledServer[] = [];
	const controls: Control[] = [];

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "zkspec-control-"));
		[port = 0] = await findFreePorts(1);
	});

	afterEach(async () => {
		for (const control of controls.splice(0)) await control.close();
		for (const server of servers.splice(0)) await server.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	async function serve(dataDir: string): Promise<BundledServer> {
		const server = await startBundled({ dataDir: join(folder, dataDir), port });
		servers.push(server);
		return server;
	}

	async function open({ host, port }: BundledServer, sessionMs = 10_000): Promise<Control> {
		const control = await Control.open({ servers: [{ host, port }], sessionMs, connectMs: 10_000 });
		controls.push(control);
		return control;
	}

	const ending = async (control: Control): Promise<unknown> => {
		if (!control.over.aborted) await new Promise((resolve) => control.over.addEventListener("abort", resolve));
		return control.over.reason;
	};

	it("asks again what a lost connection left unanswered, and keeps its ephemerals", async () => {
		const server = await serve("one");
		const control = await open(server);
		await control.create("/here", "", "EPHEMERAL");
		await server.stop();
		const asked = control.create("/there");
		const changed = control.until(() => control.maybeText("/there"));
		await serve("one");
		await asked;
		assert.equal(await changed, "");
		assert.ok(await control.maybeStat("/here"));
	});

	it("is over when its servers stay away for longer than they would keep it", async () => {
		const server = await serve("one");
		const control = await open(server, 4000);
		const waiting = control.until(() => control.maybeText("/never"));
		await server.stop();
		await assert.rejects(waiting, (error: unknown) => error instanceof ControlError && /are gone/.test(error.message));
	});

	it("is over when the servers say that it expired", async () => {
		const server = await serve("one");
		const control = await open(server);
		await server.stop();
		const other = await serve("two");
		// A server refuses who has seen more than itself, without a word about the session.
		const writer = await open(other);
		for (const name of ["a", "b", "c", "d", "e"]) await writer.create(`/${name}`);
		const reason = await ending(control);
		assert.ok(reason instanceof ControlError && /expired/.test(reason.message), String(reason));
		await assert.rejects(control.create("/f"), reason);
	});

	it("gives up when nobody takes it", async () => {
		const server = await serve("one");
		await server.stop();
		const options = { servers: [{ host: server.host, port: server.port }], sessionMs: 1000, connectMs: 300 };
		await assert.rejects(Control.open(options), /no control server at 127\.0\.0\.1:\d+ took a session/);
	});
});
