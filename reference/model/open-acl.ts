import type { Acl } from "./records.js";

/** world:anyone with all permissions: the ACL of nearly every node. */
export const openAcl: readonly Acl[] = [{ perms: 31, id: { scheme: "world", id: "anyone" } }];

export function isOpenAcl(acl: readonly Acl[]): boolean {
	const only = acl[0];
	return acl === openAcl || (acl.length === 1 && only?.perms === 31 && isAnyone(only));
}

function isAnyone({ id }: Acl): boolean {
	return id.scheme === "world" && id.id === "anyone";
}
