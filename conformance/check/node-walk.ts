import { type Changes, changeKind, noCall } from "./changes.js";
import type { Facts } from "./facts.js";
import type { StateBook } from "./state-book.js";

/** What counts up in a node's Stat; `creates` and `deletes` are of its children. */
export interface Counters {
	readonly version: number;
	readonly creates: number;
	readonly deletes: number;
}

/** A state of a node that somebody saw, and what is known to have happened since the one before that is known. */
export interface Step {
	readonly path: number;
	/** The last change of the state before, or that which made the node. */
	readonly from: number;
	/** The last change of this state. */
	readonly to: number;
	/** The call that showed it. */
	readonly shownBy: number;
	readonly before: Counters;
	readonly after: Counters;
	/** Sure changes from the one to the other. */
	readonly sets: number;
	readonly creates: number;
	readonly deletes: number;
	/** Ends of ephemerals that may have been before. */
	readonly maybeDeletes: number;
	/** The last change in this life that wrote data, and the last one of the children; or -1. */
	readonly lastSet: number;
	readonly lastChild: number;
}

/** What counts up, as a Stat tells it. Of nodes from before the history only differences mean something. */
export function countersOf({ history }: Facts, call: number): Counters {
	const { calls, stats } = history;
	const stat = calls.stat.get(call);
	const [cversion, numChildren] = [stats.cversion.get(stat), stats.numChildren.get(stat)];
	return {
		version: stats.version.get(stat),
		creates: (cversion + numChildren) / 2,
		deletes: (cversion - numChildren) / 2,
	};
}

const fresh: Counters = { version: 0, creates: 0, deletes: 0 };

/** All steps, node by node and of each node in the order of its states. */
export function* stepsOf(facts: Facts, book: StateBook): Generator<Step> {
	const { changes } = facts;
	const walk = new Walk(facts);
	for (let index = 0; index < changes.count; index++) {
		if (index === 0 || changes.path(index) !== changes.path(index - 1)) walk.forget();
		walk.pass(index);
		const shownBy = isLastOfState(changes, index) ? book.shownBy(index) : noCall;
		if (shownBy === noCall) continue;
		const step = walk.stepTo(index, shownBy);
		if (step !== undefined) yield step;
	}
}

function isLastOfState(changes: Changes, index: number): boolean {
	const next = index + 1;
	if (next >= changes.count || changes.path(next) !== changes.path(index)) return true;
	return changes.zxid(next) !== changes.zxid(index);
}

class Walk {
	readonly #facts: Facts;
	#from = -1;
	#before: Counters | undefined;
	#sets = 0;
	#creates = 0;
	#deletes = 0;
	#maybeDeletes = 0;
	#lastSet = -1;
	#lastChild = -1;

	constructor(facts: Facts) {
		this.#facts = facts;
	}

	forget(): void {
		this.#begin(-1, undefined);
		this.#lastSet = -1;
		this.#lastChild = -1;
	}

	pass(index: number): void {
		switch (this.#facts.changes.kind(index)) {
			case changeKind.created:
				this.#begin(index, fresh);
				this.#lastSet = index;
				this.#lastChild = -1;
				break;
			case changeKind.deleted:
			case changeKind.gone:
				this.forget();
				break;
			case changeKind.set:
				this.#sets++;
				this.#lastSet = index;
				break;
			case changeKind.childCreated:
				this.#creates++;
				this.#lastChild = index;
				break;
			case changeKind.childDeleted:
				this.#deletes++;
				this.#lastChild = index;
				break;
			case changeKind.childChanged:
				this.#lastChild = index;
				break;
			case changeKind.childGone:
				this.#maybeDeletes++;
		}
	}

	stepTo(index: number, shownBy: number): Step | undefined {
		const after = countersOf(this.#facts, shownBy);
		const before = this.#before;
		const step = before && {
			...{ path: this.#facts.changes.path(index), from: this.#from, to: index, shownBy, before, after },
			...{ sets: this.#sets, creates: this.#creates, deletes: this.#deletes, maybeDeletes: this.#maybeDeletes },
			...{ lastSet: this.#lastSet, lastChild: this.#lastChild },
		};
		this.#begin(index, after);
		return step;
	}

	#begin(from: number, before: Counters | undefined): void {
		this.#from = from;
		this.#before = before;
		this.#sets = 0;
		this.#creates = 0;
		this.#deletes = 0;
		this.#maybeDeletes = 0;
	}
}
