import assert from "node:assert/strict";
import type { Acl, Id } from "../model/records.js";
import { isGranted, masked, maybeFixAcl, perms, userOf } from "./access.js";
import { maybeParseAddress } from "./ip-address.js";

const anyone: Id = { scheme: "world", id: "anyone" };
const bob: Id = { scheme: "digest", id: "bob:hash" };
const local: Id = { scheme: "ip", id: "127.0.0.1" };

function acl(perms: number, scheme: string, id: string): Acl {
	return { perms, id: { scheme, id } };
}

describe("access", () => {
	it("is granted by any entry with any of the permissions, and to super always", () => {
		assert.ok(isGranted([{ perms: perms.read, id: anyone }], perms.read, []));
		assert.ok(!isGranted([{ perms: perms.admin, id: anyone }], perms.read, [local]));
		assert.ok(isGranted([{ perms: perms.admin, id: anyone }], perms.read | perms.admin, []));
		assert.ok(isGranted([{ perms: 31, id: bob }], perms.write, [local, bob]));
		assert.ok(!isGranted([{ perms: 31, id: bob }], perms.write, [{ scheme: "digest", id: "bob:other" }]));
		assert.ok(isGranted([{ perms: 0, id: anyone }], perms.write, [{ scheme: "super", id: "" }]));
	});

	it("knows networks", () => {
		const cases: readonly (readonly [pattern: string, address: string, granted: boolean])[] = [
			["127.0.0.1", "127.0.0.1", true],
			["127.0.0.0/8", "127.9.9.9", true],
			["127.0.0.0/9", "127.128.0.0", false],
			["0.0.0.0/0", "8.8.8.8", true],
			["::1", "::1", true],
			["fe80::/10", "febf::2", true],
			["fe80::/10", "fec0::2", false],
			["::/0", "127.0.0.1", false],
		];
		for (const [pattern, address, granted] of cases)
			assert.equal(isGranted([acl(31, "ip", pattern)], 1, [{ scheme: "ip", id: address }]), granted, pattern);
	});

	it("reads addresses strictly", () => {
		for (const text of ["1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.x", "::1::", "1:2:3:4:5:6:7", "g::", ""])
			assert.equal(maybeParseAddress(text), undefined, text);
		assert.equal(maybeParseAddress("1:2:3:4:5:6:7:8")?.length, 16);
	});

	it("takes well-formed lists, once each entry, and puts identities in for auth", () => {
		const own = [acl(31, "auth", "ignored"), acl(1, "world", "anyone"), acl(1, "world", "anyone")];
		assert.deepEqual(maybeFixAcl(own, [local, bob]), [{ perms: 31, id: bob }, acl(1, "world", "anyone")]);
		assert.equal(maybeFixAcl(own, [local]), undefined);
	});

	it("refuses ill-formed lists", () => {
		const bad = [
			acl(31, "world", "bob"),
			acl(31, "digest", "nocolon"),
			acl(31, "digest", "a:b:c"),
			acl(31, "digest", "a:"),
			acl(31, "ip", "300.1.1.1"),
			acl(31, "ip", "1.2.3.4/33"),
			acl(31, "foo", "x"),
			acl(31, "super", ""),
		];
		for (const entry of bad) assert.equal(maybeFixAcl([acl(31, "world", "anyone"), entry], []), undefined, entry.id.id);
		assert.equal(maybeFixAcl([], []), undefined);
		assert.equal(maybeFixAcl(null, []), undefined);
		assert.ok(maybeFixAcl([acl(31, "digest", "a:b:")], []));
	});

	it("hides the hashes of passwords", () => {
		assert.deepEqual(masked([acl(31, "digest", "bob:hash:more")]), [acl(31, "digest", "bob:x")]);
		assert.deepEqual(userOf(bob), { scheme: "digest", id: "bob" });
		assert.deepEqual(userOf(local), local);
	});
});
