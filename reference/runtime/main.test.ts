import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.js", import.meta.url));
const folder = fs.mkdtempSync(join(tmpdir(), "zkspec-main-"));
const children = new Set<ChildProcess>();

/** Runs the server with these arguments; it ends by itself. */
async function run(...args: string[]): Promise<{ code: number | null; line: string }> {
	const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
	children.add(child);
	const [line, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
	return { code: code as number | null, line };
}

function fileWith(name: string, content: string | Uint8Array): string {
	const path = join(folder, name);
	fs.writeFileSync(path, content);
	return path;
}

describe("reference server's command line", () => {
	after(() => {
		for (const child of children) child.kill("SIGKILL");
		fs.rmSync(folder, { recursive: true, force: true });
	});

	it("ends with 1 when the port is in use", async () => {
		const holder = createServer().listen(0, "127.0.0.1");
		await once(holder, "listening");
		const { port } = holder.address() as { port: number };
		const { code, line } = await run("--port", `${port}`, "--host", "127.0.0.1", "--ephemeral-data");
		holder.close();
		assert.equal(code, 1);
		assert.match(line, new RegExp(`^can not listen on port ${port}: .*EADDRINUSE.*\n$`));
	});

	it("ends with 2 when a setting is wrong", async () => {
		const { code, line } = await run(fileWith("zoo.cfg", "tickTime=2000\ncolour=red\n"));
		assert.deepEqual({ code, line }, { code: 2, line: 'zoo.cfg:2:1: unknown key "colour"\n' });
	});

	it("takes the file behind --until-stdin-ends for its own", async () => {
		const file = fileWith("behind.cfg", "colour=red\n");
		const { code, line } = await run("--until-stdin-ends", file);
		assert.deepEqual({ code, line }, { code: 2, line: 'behind.cfg:1:1: unknown key "colour"\n' });
		assert.ok(fs.existsSync(file));
	});

	it("ends with 3 when the data directory can not be made", async () => {
		const { code, line } = await run("--port", "0", "--data-dir", join(fileWith("file", "x"), "data"));
		assert.equal(code, 3);
		assert.match(line, /^the data directory .*file\/data\/version-2 can not be used: ENOTDIR.*\n$/);
	});

	it("ends with 1 when the log is damaged", async () => {
		const data = join(folder, "damaged");
		fs.mkdirSync(join(data, "version-2"), { recursive: true });
		fs.writeFileSync(join(data, "version-2", "log.1"), "certainly not a log file");
		const { code, line } = await run("--port", "0", "--data-dir", data, "--set", "snapshot.trust.empty=true");
		assert.equal(code, 1);
		assert.match(line, /^.*version-2\/log\.1: at byte 0: not a transaction log: it does not begin with ZKLG\n$/);
	});

	it("refuses a folder that another server uses", async () => {
		const data = join(folder, "shared");
		const args = [main, "--port", "0", "--host", "127.0.0.1", "--data-dir", data];
		const first = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
		children.add(first);
		await once(first.stdout, "data");
		const { code, line } = await run("--port", "0", "--data-dir", data);
		assert.deepEqual({ code, line }, { code: 3, line: `${data}/version-2 is in use by process ${first.pid}\n` });
		first.kill("SIGTERM");
		assert.deepEqual(await once(first, "exit"), [0, null]);
	});
});
