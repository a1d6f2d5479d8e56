import { assert } from "../lib/assert.js";
import { Queue } from "../lib/queue.js";
import { type SessionId, type Zxid, zxid } from "../model/ids.js";
import type { Txn, TxnHeader } from "../model/txns.js";
import type { ApplyResult } from "../tree/apply-result.js";
import type { Connection } from "./connection.js";
import type { ServerEffects } from "./contract.js";
import type { Ledger } from "./prepare.js";

/** A change on its way from its decision to the tree. */
export interface Proposal {
	readonly header: TxnHeader;
	readonly txn: Txn;
	/** Whose reply waits for it; null when nobody is attached here (expiry, the cleaner, clients of other servers). */
	readonly connection: Connection | null;
}

/**
 * The one order of all changes: decided and logged on receipt, applied when it is committed.
 *
 * 1. Zxids follow each other without a gap, in the order of `propose`.
 * 2. Nothing is applied before `committed` has covered its zxid.
 */
export class Writes {
	readonly #ledger: Ledger;
	readonly #effects: ServerEffects;
	readonly #proposals = new Queue<Proposal>();
	#lastZxid: Zxid;

	/** The zxids that it gives follow `after`. */
	constructor(ledger: Ledger, effects: ServerEffects, after: Zxid) {
		assert(after >= ledger.tree.lastZxid, "zxids never go back");
		this.#ledger = ledger;
		this.#effects = effects;
		this.#lastZxid = after;
	}

	get proposalCount(): number {
		return this.#proposals.length;
	}

	/** Of the last change that was decided; where there was none yet, what its zxid follows. */
	get lastZxid(): Zxid {
		return this.#lastZxid;
	}

	get nextZxid(): Zxid {
		return zxid(this.#lastZxid + 1);
	}

	/** Logs a change that was decided for `nextZxid`, and takes that zxid. */
	propose(session: SessionId, cxid: number, timeMs: number, txn: Txn, connection: Connection | null): void {
		this.#lastZxid = this.nextZxid;
		const header: TxnHeader = { session, cxid, zxid: this.#lastZxid, timeMs, type: txn.type };
		const digest = txn.type === -1 ? null : this.#ledger.pending.digest;
		this.#effects.propose({ header, txn, digest });
		this.#proposals.push({ header, txn, connection });
	}

	/** Applies what is committed now; tells of each one before it goes on to the next. */
	committed(upTo: Zxid, applied: (proposal: Proposal, result: ApplyResult) => void): void {
		for (let head = this.#proposals.peek(); head !== undefined; head = this.#proposals.peek()) {
			if (head.header.zxid > upTo) return;
			this.#proposals.shift();
			const result = this.#ledger.tree.apply(head.header, head.txn, head.connection !== null);
			this.#ledger.pending.applied(head.header.zxid);
			applied(head, result);
		}
	}
}
