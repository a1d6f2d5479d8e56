import type { History } from "../history/history.js";
import type { Changes } from "./changes.js";
import { shownPath, showsStat } from "./sighting.js";

const nobody = -1;

/** Who showed which state: for each state of each node, the first call whose reply has its Stat. */
export class StateBook {
	readonly #shownBy: Int32Array;

	constructor(history: History, changes: Changes) {
		this.#shownBy = new Int32Array(changes.count).fill(nobody);
		const { calls, stats } = history;
		for (let call = 0; call < calls.count; call++) {
			if (!showsStat(calls, call)) continue;
			const stat = calls.stat.get(call);
			const since = Math.max(stats.mzxid.get(stat), stats.pzxid.get(stat));
			const state = changes.lastAtOrBefore(shownPath(calls, call), since);
			if (this.#shownBy[state] === nobody) this.#shownBy[state] = call;
		}
	}

	/** The first call that showed the state behind this change, the last one of its zxid; or -1. */
	shownBy(change: number): number {
		return this.#shownBy[change] ?? nobody;
	}
}
