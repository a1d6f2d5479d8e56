import { operationCode } from "../history/operation-code.js";
import { type Changes, changeKind, noCall } from "./changes.js";
import type { Facts } from "./facts.js";
import { isAcknowledged, isEphemeral, isPassing, modeOf } from "./write.js";

/** How many changes of one node nobody need have seen; what a history shows of them is taken off. */
export interface Unseen {
	/** Changes of the data. */
	sets: number;
	/** Creations and deletions of children. */
	creates: number;
	deletes: number;
}

/** What writes in doubt, and ends of ephemerals, containers and nodes with a time to live, may have done, by node. */
export class UnseenChanges {
	readonly #facts: Facts;
	readonly #vanishing: ReadonlyMap<number, number>;
	readonly #byPath = new Map<number, Unseen>();

	constructor(facts: Facts) {
		this.#facts = facts;
		this.#vanishing = vanishingChildren(facts);
	}

	of(path: number): Unseen {
		const known = this.#byPath.get(path);
		if (known !== undefined) return known;
		const unseen = this.#count(path);
		this.#byPath.set(path, unseen);
		return unseen;
	}

	#count(path: number): Unseen {
		const { changes, inDoubt } = this.#facts;
		const creates = inDoubt.childCreatesOf(path);
		const vanish = creates.filter(({ operation }) => operation.op === "create" && isPassing(operation.mode));
		const deletes = inDoubt.childDeletesOf(path).length + vanish.length + (this.#vanishing.get(path) ?? 0);
		const inferred = countInferred(changes, path);
		return {
			sets: Math.max(inDoubt.setsOf(path).length - inferred.sets, 0),
			creates: Math.max(creates.length - inferred.creates, 0),
			deletes,
		};
	}
}

/** What a Stat told of is taken off: it is known already. */
function countInferred(changes: Changes, path: number): { sets: number; creates: number } {
	let [sets, creates] = [0, 0];
	const first = changes.firstOf(path);
	for (let index = first; first >= 0 && index < changes.endOf(path); index++) {
		if (changes.call(index) !== noCall) continue;
		if (changes.kind(index) === changeKind.set) sets++;
		if (changes.kind(index) === changeKind.childCreated) creates++;
	}
	return { sets, creates };
}

/** Of each parent, how many children may have ended without anybody's asking. */
function vanishingChildren({ history, ephemerals, paths }: Facts): Map<number, number> {
	const { calls } = history;
	const counts = new Map<number, number>();
	const add = (path: number) => {
		const parent = paths.parentOf(path);
		counts.set(parent, (counts.get(parent) ?? 0) + 1);
	};
	// When they end is the matter of the rule `ephemerals`.
	for (const { path } of ephemerals) add(path);
	for (let call = 0; call < calls.count; call++) {
		if (calls.op.get(call) !== operationCode.create || !isAcknowledged(calls, call)) continue;
		const mode = modeOf(calls, call);
		if (isPassing(mode) && !isEphemeral(mode)) add(calls.got.get(call));
	}
	return counts;
}
