import type { Member } from "./member.js";

/** How a learner was brought up to date. */
export type Sync = "DIFF" | "TRUNC" | "SNAP";

/** What Apache's learner says of the packet that it got. */
const learnerLines = /Getting a (diff|snapshot) from|(Truncating) log to get in sync/g;

const syncNames: Readonly<Record<string, Sync>> = {
	diff: "DIFF",
	snapshot: "SNAP",
	truncating: "TRUNC",
	trunc: "TRUNC",
};

/**
 * The last sync between two members, as far as an Apache among them tells it: the learner since it was started, or else
 * the leader about that learner. Undefined where none is told.
 */
export function maybeLastSync(leader: Member, learner: Member): Sync | undefined {
	const told = learner.kind === "ours" ? sentTo(leader, learner.id) : found(learner.log(), learnerLines);
	return told.at(-1);
}

/** What Apache's leader sent comes right behind what it says about the learner's state. */
function sentTo(leader: Member, id: number): Sync[] {
	const about =
		leader
			.log()
			.split(/Synchronizing with Learner sid: /)
			.at(-1) ?? "";
	return about.startsWith(`${id} `) ? found(about, /Sending (DIFF|TRUNC|snapshot)/g) : [];
}

function found(text: string, lines: RegExp): Sync[] {
	return [...text.matchAll(lines)].flatMap((match) => {
		const name = match.slice(1).find((each) => each !== undefined);
		const sync = syncNames[name?.toLowerCase() ?? ""];
		return sync === undefined ? [] : [sync];
	});
}
