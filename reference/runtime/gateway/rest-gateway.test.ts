import assert from "node:assert/strict";
import { callUntil } from "../testing/one-call.js";
import { type RestReply, type Served, serve, until } from "./testing/rest-client.js";

const octets = { accept: "application/octet-stream" };

function statusAndMessage({ status, json }: RestReply): unknown[] {
	return [status, json.message];
}

describe("REST gateway", function () {
	this.timeout(30_000);
	let served: Served;
	const ask: Served["ask"] = (path, call) => served.ask(path, call);
	const make = (name: string, body: string | Uint8Array = "") =>
		ask(`/znodes/v1/?op=create&name=${name}`, { method: "POST", body });

	before(async () => {
		served = await serve("jute.maxbuffer=4096", "globalOutstandingLimit=2", "znode.container.checkIntervalMs=50");
	});
	after(() => served.program.stop());

	it("makes nodes and shows their data as JSON and as it is", async () => {
		const made = await make("shown", Uint8Array.of(0, 0xff, 0x80));
		assert.equal(made.status, 201);
		assert.equal(made.json.path, "/shown");
		assert.equal(made.headers.get("location"), made.json.uri);
		const { json, status, headers } = await ask("/znodes/v1/shown");
		assert.deepEqual([status, json.path, json.data64, json.version, json.datalength], [200, "/shown", "AP+A", 0, 3]);
		assert.deepEqual([json.ephemeralOwner, json.czxid], [0, json.mzxid]);
		assert.equal(headers.get("etag"), made.headers.get("etag"));
		const raw = await ask("/znodes/v1/shown", { headers: octets });
		assert.deepEqual([raw.status, raw.headers.get("content-length")], [200, "3"]);
		const made2 = await ask("/znodes/v1/shown?name=b", { method: "POST", body: "Grüße", headers: octets });
		assert.deepEqual([made2.status, made2.text], [201, "/shown/b"]);
		assert.equal((await ask("/znodes/v1/shown/b?dataformat=utf8")).json.dataUtf8, "Grüße");
	});

	it("tells no data from empty data", async () => {
		await ask("/znodes/v1/?name=nothing&null=true", { method: "POST" });
		assert.equal("data64" in (await ask("/znodes/v1/nothing")).json, false);
		assert.equal((await ask("/znodes/v1/nothing", { headers: octets })).status, 204);
		await ask("/znodes/v1/nothing", { method: "PUT", body: "" });
		assert.equal((await ask("/znodes/v1/nothing")).json.data64, "");
		assert.equal((await ask("/znodes/v1/nothing", { headers: octets })).status, 200);
		await ask("/znodes/v1/nothing?null=true", { method: "PUT", body: "x" });
		assert.equal("data64" in (await ask("/znodes/v1/nothing")).json, false);
	});

	it("lists children", async () => {
		await make("parent");
		for (const name of ["a", "b%20c"]) await ask(`/znodes/v1/parent?name=${name}`, { method: "POST" });
		const { json, headers } = await ask("/znodes/v1/parent?view=children");
		assert.deepEqual([json.path, new Set(json.children as string[])], ["/parent", new Set(["a", "b c"])]);
		assert.match(String(json.child_uri_template), /^http:\/\/127.*\/znodes\/v1\/parent\/\{child\}$/);
		const known = { "if-none-match": headers.get("etag") ?? "" };
		assert.equal((await ask("/znodes/v1/parent?view=children", { headers: known })).status, 304);
		assert.equal((await ask("/znodes/v1/parent/b%20c", { method: "DELETE" })).status, 204);
		assert.equal((await ask("/znodes/v1/parent?view=children", { headers: known })).status, 200);
	});

	it("makes numbered nodes and containers", async () => {
		await make("queue");
		const first = await ask("/znodes/v1/queue?name=n-&sequence=true", { method: "POST" });
		const second = await ask("/znodes/v1/queue?sequence=true", { method: "POST" });
		assert.deepEqual([first.json.path, second.json.path], ["/queue/n-0000000000", "/queue/0000000001"]);
		const container = await ask("/znodes/v1/?name=container&container=true", { method: "POST" });
		assert.deepEqual([container.status, container.json.path], [201, "/container"]);
		await ask("/znodes/v1/container?name=only", { method: "POST" });
		await ask("/znodes/v1/container/only", { method: "DELETE" });
		await until("the empty container goes", async () => (await ask("/znodes/v1/container")).status === 404);
	});

	it("sets and deletes by version", async () => {
		await make("versioned", "a");
		const set = await ask("/znodes/v1/versioned?version=0", { method: "PUT", body: "b" });
		assert.deepEqual([set.status, set.json.version, "data64" in set.json], [200, 1, false]);
		const late = await ask("/znodes/v1/versioned?version=0", { method: "PUT", body: "c" });
		assert.deepEqual(statusAndMessage(late), [412, "Another version"]);
		const plain = await ask("/znodes/v1/versioned", { method: "PUT", body: "c", headers: octets });
		assert.deepEqual([plain.status, plain.headers.get("etag")?.slice(0, 3)], [204, '"2-']);
		assert.equal((await ask("/znodes/v1/versioned?version=1", { method: "DELETE" })).status, 412);
		assert.equal((await ask("/znodes/v1/versioned?version=2", { method: "DELETE" })).status, 204);
		assert.equal((await ask("/znodes/v1/versioned")).status, 404);
	});

	it("knows data by its tag, and a node that was made again by another one", async () => {
		const path = "/znodes/v1/tagged";
		const tag = (await make("tagged", "a")).headers.get("etag") ?? "";
		for (const method of ["GET", "HEAD"])
			assert.equal((await ask(path, { method, headers: { "if-none-match": `"7-0x1", W/${tag}` } })).status, 304);
		await ask(path, { method: "DELETE" });
		await make("tagged", "b");
		const known = { "if-none-match": tag };
		assert.deepEqual([(await ask(path, { headers: known })).json.data64, (await ask(path)).json.version], ["Yg==", 0]);
		for (const method of ["PUT", "DELETE"])
			assert.equal((await ask(path, { method, body: "c", headers: { "if-match": tag } })).status, 412);
		const now = { "if-match": (await ask(path)).headers.get("etag") ?? "" };
		assert.equal((await ask(`${path}?version=3`, { method: "PUT", body: "c", headers: now })).status, 412);
		assert.equal((await ask(path, { method: "PUT", body: "c", headers: now })).json.version, 1);
		assert.equal((await ask(path, { method: "PUT", body: "d", headers: now })).status, 412);
		assert.equal((await ask(path, { method: "DELETE", headers: { "if-match": "*" } })).status, 204);
		assert.equal((await ask(path, { method: "PUT", body: "d", headers: { "if-match": "*" } })).status, 404);
	});

	it("says by its status what is wrong", async () => {
		await make("wrong");
		await ask("/znodes/v1/wrong?name=child", { method: "POST" });
		const post = (query: string) => ask(`/znodes/v1/wrong?${query}`, { method: "POST" });
		assert.deepEqual(statusAndMessage(await ask("/znodes/v1/none")), [404, "Node doesn't exist"]);
		assert.equal((await ask("/znodes/v1/none")).json.request, "GET /znodes/v1/none");
		assert.equal((await ask("/znodes/v1/none", { method: "HEAD" })).status, 404);
		assert.equal((await ask("/znodes/v1/none?view=children")).status, 404);
		assert.equal((await ask("/znodes/v1/none?name=x", { method: "POST" })).status, 409);
		assert.deepEqual(statusAndMessage(await post("name=child")), [409, "Node exists"]);
		assert.deepEqual(statusAndMessage(await ask("/znodes/v1/wrong", { method: "DELETE" })), [409, "Node has children"]);
		for (const bad of [
			"op=create",
			"op=delete&name=x",
			"name=..",
			"name=x&ephemeral=true",
			"name=x&container=true&sequence=true",
		])
			assert.equal((await post(bad)).status, 400, bad);
		for (const bad of ["/%ff", "?view=all", "?view=data&dataformat=hex"])
			assert.equal((await ask(`/znodes/v1${bad}`)).status, 400, bad);
		assert.equal((await ask("/znodes/v1/wrong?version=1x", { method: "PUT", body: "" })).status, 400);
		assert.equal((await ask("/znodes/v1/wrong", { method: "PATCH" })).headers.get("allow")?.split(", ").length, 5);
		assert.equal((await ask("/znodes/v1/wrong", { headers: { accept: "text/html" } })).status, 406);
		const form = { "content-type": "application/x-www-form-urlencoded" };
		assert.equal((await ask("/znodes/v1/wrong", { method: "PUT", body: "a=b", headers: form })).status, 415);
		for (const path of ["/", "/znodes/v2/a", "/znodes/v1x"]) assert.equal((await ask(path)).status, 404, path);
		const text = await ask("/znodes/v1/none", { headers: octets });
		assert.equal(text.text, "GET /znodes/v1/none: Node doesn't exist\n");
	});

	it("folds dots in paths, and takes preferences for what they are", async () => {
		await make("dots", "d");
		assert.equal((await ask("/znodes/v1/x/../dots")).json.path, "/dots");
		for (const accept of ["application/octet-stream;q=0.5, */*", "application/json, text/html", "text/html, */*;q=0.1"])
			assert.equal((await ask("/znodes/v1/dots", { headers: { accept } })).json.path, "/dots", accept);
		const accept = "application/json;q=0.5, application/octet-stream";
		assert.equal((await ask("/znodes/v1/dots", { headers: { accept } })).text, "d");
	});

	it("refuses what is too large and goes on", async () => {
		await make("large", "kept");
		for (const bytes of [4096, 100_000]) {
			const put = await ask("/znodes/v1/large", { method: "PUT", body: new Uint8Array(bytes) });
			assert.deepEqual(statusAndMessage(put), [413, "Larger than jute.maxbuffer allows"]);
		}
		assert.equal((await ask("/znodes/v1/large?dataformat=utf8")).json.dataUtf8, "kept");
		assert.equal((await ask("/znodes/v1/large", { method: "PUT", body: new Uint8Array(4000) })).status, 200);
	});

	it("lets ACLs count, with the address of who asks", async () => {
		const create = { type: "create", data: null, flags: 0, ttlMs: undefined } as const;
		const acl = (id: string) => [{ perms: 31, id: { scheme: "ip", id } }];
		await callUntil(served.clientPort, { ...create, path: "/mine", acl: acl("127.0.0.1") }, [0]);
		await callUntil(served.clientPort, { ...create, path: "/theirs", acl: acl("10.1.1.1") }, [0]);
		assert.equal((await ask("/znodes/v1/mine")).status, 200);
		assert.equal((await ask("/znodes/v1/theirs")).status, 403);
	});

	it("serves many at a time, more than the server takes in work", async () => {
		await make("busy");
		const puts = Array.from({ length: 200 }, (_, i) => ask("/znodes/v1/busy", { method: "PUT", body: `${i}` }));
		const versions = (await Promise.all(puts)).map(({ json }) => json.version as number);
		assert.deepEqual(
			versions.toSorted((a, b) => a - b),
			versions.map((_, i) => i + 1),
		);
	});
});
