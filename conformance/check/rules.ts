import type { Rule } from "./rule.js";
import { bank } from "./rules/bank.js";
import { counts } from "./rules/counts.js";
import { ephemerals } from "./rules/ephemerals.js";
import { fittingWrites } from "./rules/fitting-writes.js";
import { inDoubtPrefix } from "./rules/in-doubt-prefix.js";
import { inDoubtWrites } from "./rules/in-doubt-writes.js";
import { lock } from "./rules/lock.js";
import { multis } from "./rules/multis.js";
import { owners } from "./rules/owners.js";
import { persistentWatches } from "./rules/persistent-watches.js";
import { queue } from "./rules/queue.js";
import { readOrder } from "./rules/read-order.js";
import { replyOrder } from "./rules/reply-order.js";
import { replyZxids } from "./rules/reply-zxids.js";
import { sameStat } from "./rules/same-stat.js";
import { sameState } from "./rules/same-state.js";
import { sequences } from "./rules/sequences.js";
import { sessions } from "./rules/sessions.js";
import { timeliness } from "./rules/timeliness.js";
import { watches } from "./rules/watches.js";
import { writeOrder } from "./rules/write-order.js";

/** All rules. Those that are `onDemand` apply where a history's header names them. */
export const rules: readonly Rule[] = [
	bank,
	counts,
	ephemerals,
	fittingWrites,
	inDoubtPrefix,
	inDoubtWrites,
	lock,
	multis,
	owners,
	persistentWatches,
	queue,
	readOrder,
	replyOrder,
	replyZxids,
	sameStat,
	sameState,
	sequences,
	sessions,
	timeliness,
	watches,
	writeOrder,
];
