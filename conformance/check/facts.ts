import type { History } from "../history/history.js";
import { type Session, sessionsOf } from "./session.js";

/** What rules are given: the history, and what follows from it that several rules need. */
export interface Facts {
	readonly history: History;
	/** Sessions that were granted, in the order of their first grant. */
	readonly sessions: readonly Session[];
}

export function factsOf(history: History): Facts {
	return { history, sessions: sessionsOf(history) };
}
