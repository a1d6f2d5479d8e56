import { describeZxid } from "../../model/ids.js";
import type { Stat } from "../../model/records.js";

/** A node's data by its version; a node that was deleted and made again begins at version 0, but is another one. */
export function dataTag({ version, czxid }: Stat): string {
	return `"${version}-${describeZxid(czxid)}"`;
}

/** A node's children by the last of them that came or went. */
export function childrenTag({ cversion, pzxid }: Stat): string {
	return `"${cversion}-${describeZxid(pzxid)}"`;
}

/** Whether one of a header's tags, or its `*`, means this one. */
export function matchesTag(header: string, tag: string): boolean {
	return header
		.split(",")
		.map((each) => each.trim().replace(/^W\//, ""))
		.some((each) => each === "*" || each === tag);
}
