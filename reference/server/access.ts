import { openAcl } from "../model/open-acl.js";
import type { Acl, Id } from "../model/records.js";
import { isAddressPattern, matchesAddress } from "./ip-address.js";

export const perms = { read: 1, write: 2, create: 4, delete: 8, admin: 16 } as const;

/** Whether any entry grants any of the permissions to any of the identities. An identity `super` may do everything. */
export function isGranted(acl: readonly Acl[], wanted: number, ids: readonly Id[]): boolean {
	if (acl.length === 0) return true;
	for (const entry of acl) if ((entry.perms & wanted) !== 0 && isFor(entry.id, ids)) return true;
	return ids.some((id) => id.scheme === "super");
}

function isFor(grantee: Id, ids: readonly Id[]): boolean {
	if (grantee.scheme === "world") return grantee.id === "anyone";
	return ids.some((id) => id.scheme === grantee.scheme && matches(id, grantee));
}

function matches(id: Id, grantee: Id): boolean {
	return id.scheme === "ip" ? matchesAddress(id.id, grantee.id) : id.id === grantee.id;
}

/**
 * The list that a node gets for the one a client sent: duplicates left out, `auth` replaced by the client's own
 * identities. Undefined when the list is empty or any entry is not well formed.
 */
export function maybeFixAcl(acls: readonly Acl[] | null, ids: readonly Id[]): readonly Acl[] | undefined {
	if (acls === null || acls.length === 0) return undefined;
	if (acls === openAcl) return openAcl;
	const fixed: Acl[] = [];
	for (const acl of withoutDuplicates(acls)) {
		const entries = maybeFixEntry(acl, ids);
		if (entries === undefined) return undefined;
		fixed.push(...entries);
	}
	return fixed;
}

function withoutDuplicates(acls: readonly Acl[]): readonly Acl[] {
	if (acls.length === 1) return acls;
	const byText = new Map<string, Acl>();
	for (const acl of acls) {
		const text = JSON.stringify([acl.perms, acl.id.scheme, acl.id.id]);
		if (!byText.has(text)) byText.set(text, acl);
	}
	return [...byText.values()];
}

function maybeFixEntry(acl: Acl, ids: readonly Id[]): readonly Acl[] | undefined {
	const { scheme, id } = acl.id;
	if (scheme === "auth") return maybeExpand(acl.perms, ids);
	const valid =
		(scheme === "world" && id === "anyone") ||
		(scheme === "ip" && isAddressPattern(id)) ||
		(scheme === "digest" && isDigestId(id));
	return valid ? [acl] : undefined;
}

/** An address says where somebody is, not who: it does not count as authenticated. */
function maybeExpand(perms: number, ids: readonly Id[]): readonly Acl[] | undefined {
	const own = ids.filter((id) => id.scheme === "digest");
	return own.length === 0 ? undefined : own.map((id) => ({ perms, id }));
}

/** Exactly one ':' with something after it, not counting colons at the end (Java's split drops them). */
function isDigestId(id: string): boolean {
	return id.replace(/:+$/, "").split(":").length === 2;
}

/** The list as those see it who may not administer the node: without the hashes of passwords. */
export function masked(acls: readonly Acl[]): readonly Acl[] {
	return acls.map((acl) => {
		if (acl.id.scheme !== "digest") return acl;
		return { perms: acl.perms, id: { scheme: "digest", id: acl.id.id.replace(/:.*/s, ":x") } };
	});
}

/** An identity as whoAmI shows it: the part that names the user. */
export function userOf({ scheme, id }: Id): Id {
	if (scheme === "digest") return { scheme, id: id.split(":")[0] ?? "" };
	return { scheme, id };
}
