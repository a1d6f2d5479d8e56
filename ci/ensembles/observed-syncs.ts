import type { Member } from "./member.js";

/** How a learner was brought up to date. */
export type Sync = "DIFF" | "TRUNC" | "SNAP";

/** What Apache's learner says of the packet that it got; its leader says nothing of TRUNC. */
const apacheLines = /Getting a (diff|snapshot) from|(Truncating) log to get in sync/g;
const ourLines = /(?:follower|observer) of \d+ in epoch \d+: (DIFF|TRUNC|SNAP)/g;

const syncNames: Readonly<Record<string, Sync>> = { diff: "DIFF", snapshot: "SNAP", Truncating: "TRUNC" };

/** The last sync that a learner tells of since it was started. */
export function maybeLastSync(learner: Member): Sync | undefined {
	const lines = learner.log().matchAll(learner.kind === "ours" ? ourLines : apacheLines);
	const name = [...lines].map(([, one, other]) => one ?? other ?? "").at(-1);
	return name === undefined ? undefined : (syncNames[name] ?? (name as Sync));
}
