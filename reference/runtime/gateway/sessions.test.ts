import assert from "node:assert/strict";
import { Program } from "../testing/program.js";
import { type Ask, clientOf, serve, until } from "./testing/rest-client.js";

async function begin(ask: Ask, seconds: number): Promise<string> {
	const { status, json, headers } = await ask(`/sessions/v1/?op=create&expire=${seconds}`, { method: "POST" });
	assert.equal(status, 201);
	assert.equal(headers.get("location"), json.uri);
	return String(json.id);
}

async function makeEphemeral(ask: Ask, name: string, session: string): Promise<number> {
	const query = `op=create&name=${name}&ephemeral=true&null=true&session=${session}`;
	return (await ask(`/znodes/v1/?${query}`, { method: "POST" })).status;
}

describe("sessions of the REST gateway", function () {
	this.timeout(60_000);
	let program: Program | undefined;
	afterEach(() => program?.stop());

	it("own ephemeral nodes, and end by DELETE or without a heartbeat", async () => {
		const served = await serve("tickTime=250");
		program = served.program;
		const { ask } = served;
		const kept = await begin(ask, 1);
		const left = await begin(ask, 1);
		const ended = await begin(ask, 3600);
		assert.equal(kept.length, 36);
		assert.equal(await makeEphemeral(ask, "kept", kept), 201);
		assert.equal(await makeEphemeral(ask, "left", left), 201);
		assert.equal(await makeEphemeral(ask, "ended", ended), 201);
		assert.equal((await ask(`/sessions/v1/${ended}`, { method: "PUT" })).json.expire, 5);
		assert.match((await ask("/znodes/v1/kept")).text, new RegExp(`"ephemeralOwner":${ownerOf(kept)},`));
		assert.equal((await ask(`/sessions/v1/${ended}`, { method: "DELETE" })).status, 204);
		assert.equal((await ask("/znodes/v1/ended")).status, 404);
		await until("the session without a heartbeat ends", async () => {
			assert.equal((await ask(`/sessions/v1/${kept}`, { method: "PUT" })).status, 200);
			return (await ask("/znodes/v1/left")).status === 404;
		});
		assert.equal((await ask("/znodes/v1/kept")).status, 200);
		for (const gone of [left, ended, "no-session", "0".repeat(36)]) {
			assert.equal((await ask(`/sessions/v1/${gone}`, { method: "PUT" })).status, 404);
			assert.equal(await makeEphemeral(ask, "late", gone), 401);
		}
		for (const bad of ["expire=0", "expire=x", "op=end"])
			assert.equal((await ask(`/sessions/v1?${bad}`, { method: "POST" })).status, 400);
		assert.equal((await ask("/sessions/v1")).headers.get("allow"), "POST");
		assert.equal((await ask(`/sessions/v1/${kept}`)).headers.get("allow"), "PUT, DELETE");
	});

	it("that nobody named end by themselves, and the next request begins another", async () => {
		const served = await serve(
			"tickTime=50",
			"4lw.commands.whitelist=*",
			"admin.enableServer=true",
			"admin.serverPort=0",
		);
		program = served.program;
		const [, admin = ""] = await program.says(/admin server: listening on 0\.0\.0\.0:(\d+)/);
		const sessions = async () => (await clientOf(admin)("/commands/monitor")).json.global_sessions;
		for (let i = 0; i < 2; i++) {
			assert.equal((await served.ask("/znodes/v1/")).status, 200);
			assert.equal(await sessions(), 1);
			await until("no session is left", async () => (await sessions()) === 0);
		}
	});

	it("go on at another server of the ensemble when theirs is gone", async () => {
		program = new Program(["--servers", "3", "--set", "tickTime=500", "--set", "rest.port=0"]);
		const pids = new Map<string, number>();
		const [all = ""] = await program.says(/3 of 3 servers serve, \[\d\] leads; .*/);
		for (const [, id = "", pid] of all.matchAll(/\[(\d)\] pid (\d+)/g)) pids.set(id, Number(pid));
		const leader = /\[(\d)\] leads/.exec(all)?.[1] ?? "";
		const others = [...pids.keys()].filter((id) => id !== leader);
		const askAt = async (id: string): Promise<Ask> => {
			const found = await program?.says(new RegExp(`^\\[${id}\\] .*REST gateway: listening on 0\\.0\\.0\\.0:(\\d+)`));
			return clientOf(found?.[1] ?? "");
		};
		const [first, second] = [await askAt(leader), await askAt(others[0] ?? "")];
		const session = await begin(first, 10);
		assert.equal(await makeEphemeral(first, "presence", session), 201);
		assert.equal((await second(`/sessions/v1/${session}`, { method: "PUT" })).status, 200);
		await until("the first server knows that it has moved, and takes it back", async () => {
			const status = await makeEphemeral(first, "back", session);
			assert.ok(status === 201 || status === 503);
			return status === 201;
		});
		process.kill(pids.get(leader) ?? 0, "SIGKILL");
		const isThere = async (name: string): Promise<boolean> => (await second(`/znodes/v1/${name}`)).status === 200;
		const statusOf = async (method: string): Promise<number> => {
			const { status, headers } = await second(`/sessions/v1/${session}`, { method });
			if (status === 503) assert.equal(headers.get("retry-after"), "1");
			return status;
		};
		await until("the others serve it", async () => {
			const status = await statusOf("PUT");
			assert.ok(status === 200 || status === 503);
			return status === 200 && (await isThere("presence")) && (await isThere("back"));
		});
		await until("it ends", async () => [204, 404].includes(await statusOf("DELETE")));
		await until("its nodes end", async () => !(await isThere("presence")) && !(await isThere("back")));
	});
});

/** The session's id as Stats show it. */
function ownerOf(token: string): bigint {
	return BigInt.asIntN(64, BigInt(`0x${token.replaceAll("-", "").slice(0, 16)}`));
}
