import { strict as assert } from "node:assert";
import { zxid } from "../model/ids.js";
import { openAcl } from "../model/open-acl.js";
import { createdStat } from "../tree/created-stat.js";
import { DataTree } from "../tree/data-tree.js";
import { type FutureNode, PendingChanges } from "./pending-changes.js";

/** An ephemeral of this owner; the zxid is its only difference to others. */
function ephemeral(owner: bigint, at: number): FutureNode {
	const stat = createdStat({ zxid: zxid(at), timeMs: 0 }, owner);
	return { stat, kind: "ephemeral", acl: openAcl, childCount: 0, dataBytes: 0, contentCrc: 0, digest: at };
}

describe("changes that are not yet applied", () => {
	it("keep the later one of a node when the earlier one is applied", () => {
		const pending = new PendingChanges(new DataTree());
		const later = ephemeral(1n, 2);
		pending.set(zxid(1), "/a", ephemeral(1n, 1));
		pending.set(zxid(2), "/a", later);
		pending.applied(zxid(1));
		assert.equal(pending.maybeNode("/a"), later);
		assert.deepEqual([pending.size, pending.ephemerals(1n)], [1, ["/a"]]);
		pending.applied(zxid(2));
		assert.deepEqual([pending.size, pending.ephemerals(1n)], [0, []]);
	});

	it("take a node from its owner when another one makes it again, or nobody", () => {
		const pending = new PendingChanges(new DataTree());
		pending.set(zxid(1), "/a", ephemeral(1n, 1));
		pending.set(zxid(2), "/b", ephemeral(1n, 2));
		pending.set(zxid(3), "/a", null);
		pending.set(zxid(4), "/a", ephemeral(2n, 4));
		pending.set(zxid(5), "/b", null);
		assert.deepEqual([pending.ephemerals(1n), pending.ephemerals(2n)], [[], ["/a"]]);
	});
});
