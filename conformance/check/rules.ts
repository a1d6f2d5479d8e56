import type { Rule } from "./rule.js";
import { ephemerals } from "./rules/ephemerals.js";
import { replyZxids } from "./rules/reply-zxids.js";
import { sequences } from "./rules/sequences.js";
import { sessions } from "./rules/sessions.js";

/** All rules. Those that are `onDemand` apply where a history's header names them. */
export const rules: readonly Rule[] = [ephemerals, replyZxids, sequences, sessions];
