import assert from "node:assert/strict";
import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Bulk, BulkError } from "./bulk.js";
import { SmallServer } from "./testing/small-server.js";

const codec = new Codec(loadWireSpec());
const nodeExists = -110;

describe("bulk", () => {
	let server: SmallServer;
	let bulk: Bulk;
	const path = (index: number) => `/nöde-${index}`;

	beforeEach(async () => {
		server = await SmallServer.start(codec);
		bulk = await Bulk.open([{ host: "127.0.0.1", port: 1 }, server.address], codec);
	});

	afterEach(async () => {
		await bulk.close();
		server.stop();
	});

	it("sends thousands of requests, and shows each reply in its turn", async () => {
		const errors: number[] = [];
		const create = (index: number, xid: number) => bulk.askCreate(path(index), Buffer.from(`data ${index}`), xid);
		await bulk.each(2500, create, (index, { err }) => {
			assert.equal(index, errors.push(err) - 1);
		});
		assert.equal(errors.length, 2500);
		assert.ok(errors.every((err) => err === 0));
		assert.equal(server.maybeData(path(2499)), "data 2499");
		assert.equal(await bulk.call("create", path(7)), nodeExists);
		assert.equal(await bulk.call("create", "/without-data"), 0);
		assert.equal(server.maybeData("/without-data"), "");
		assert.equal(await bulk.call("delete", path(7)), 0);
		assert.equal(server.maybeData(path(7)), undefined);
	});

	it("has nothing to wait for where there is nothing to ask", async () => {
		await bulk.each(
			0,
			() => assert.fail("it asks"),
			() => assert.fail("it judges"),
		);
	});

	it("is over when the connection, the order or the judgement is", async () => {
		const asked = bulk.each(
			10,
			(index, xid) => bulk.askOf("exists", path(index), xid),
			(index) => {
				if (index === 3) throw new BulkError("enough");
			},
		);
		await assert.rejects(asked, new BulkError("enough"));
		await assert.rejects(bulk.call("sync", "/"), new BulkError("enough"));
		const other = await Bulk.open([server.address], codec);
		server.lies = { order: (said) => said.toReversed() };
		const wrong = other.each(
			2,
			(_, xid) => other.askOf("sync", "/", xid),
			() => undefined,
		);
		await assert.rejects(wrong, /a reply to request 1 came, that to 0 was due/);
		server.drop();
		await assert.rejects(Bulk.open([{ host: "127.0.0.1", port: 1 }], codec), /127\.0\.0\.1:1: .*ECONNREFUSED/);
	});
});
