import { type Changes, changeKind, noCall } from "./changes.js";
import type { Facts } from "./facts.js";

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
	return countersFrom(stats.version.get(stat), stats.cversion.get(stat), stats.numChildren.get(stat));
}

function countersFrom(version: number, cversion: number, numChildren: number): Counters {
	return { version, creates: (cversion + numChildren) / 2, deletes: (cversion - numChildren) / 2 };
}

/**
 * The steps that are not just what is known, node by node and of each node in the order of its states: of most states nothing
 * is to be said, and nothing is made for them.
 */
export function* unevenSteps(facts: Facts): Generator<Step> {
	const { changes, states } = facts;
	const walk = new Walk(facts);
	for (let index = 0; index < changes.count; index++) {
		if (index === 0 || changes.path(index) !== changes.path(index - 1)) walk.forget();
		walk.pass(index);
		const shownBy = isLastOfState(changes, index) ? states.shownBy(index) : noCall;
		if (shownBy === noCall) continue;
		const step = walk.isEven(shownBy) ? undefined : walk.stepTo(index, shownBy);
		walk.goOn(index, shownBy);
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
	/** Of what follows, whether anything is known of the node. */
	#isKnown = false;
	#from = -1;
	#version = 0;
	#cversion = 0;
	#numChildren = 0;
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
		this.#isKnown = false;
		this.#count(-1);
		this.#lastSet = -1;
		this.#lastChild = -1;
	}

	pass(index: number): void {
		switch (this.#facts.changes.kind(index)) {
			case changeKind.created:
				this.#created(index);
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

	/** Whether the state that this call shows is just what is known to have happened, or nothing is known to compare it with. */
	isEven(shownBy: number): boolean {
		if (!this.#isKnown) return true;
		const { history, changes } = this.#facts;
		const { stats } = history;
		const stat = history.calls.stat.get(shownBy);
		return (
			stats.version.get(stat) === this.#version + this.#sets &&
			stats.cversion.get(stat) === this.#cversion + this.#creates + this.#deletes &&
			stats.numChildren.get(stat) === this.#numChildren + this.#creates - this.#deletes &&
			(this.#lastSet < 0 || stats.mzxid.get(stat) === changes.zxid(this.#lastSet)) &&
			(this.#lastChild < 0 || stats.pzxid.get(stat) === changes.zxid(this.#lastChild))
		);
	}

	stepTo(index: number, shownBy: number): Step {
		return {
			path: this.#facts.changes.path(index),
			from: this.#from,
			to: index,
			shownBy,
			before: countersFrom(this.#version, this.#cversion, this.#numChildren),
			after: countersOf(this.#facts, shownBy),
			sets: this.#sets,
			creates: this.#creates,
			deletes: this.#deletes,
			maybeDeletes: this.#maybeDeletes,
			lastSet: this.#lastSet,
			lastChild: this.#lastChild,
		};
	}

	/** From the state that this call shows. */
	goOn(index: number, shownBy: number): void {
		const { calls, stats } = this.#facts.history;
		const stat = calls.stat.get(shownBy);
		this.#isKnown = true;
		this.#version = stats.version.get(stat);
		this.#cversion = stats.cversion.get(stat);
		this.#numChildren = stats.numChildren.get(stat);
		this.#count(index);
	}

	#created(index: number): void {
		this.#isKnown = true;
		this.#version = 0;
		this.#cversion = 0;
		this.#numChildren = 0;
		this.#count(index);
		this.#lastSet = index;
		this.#lastChild = -1;
	}

	#count(from: number): void {
		this.#from = from;
		this.#sets = 0;
		this.#creates = 0;
		this.#deletes = 0;
		this.#maybeDeletes = 0;
	}
}
