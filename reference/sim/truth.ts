import { readEntry } from "../log/txn-record.js";
import { errors } from "../model/errors.js";
import { describeZxid, epochOf, type SessionId, type Zxid, zxid, zxidZero } from "../model/ids.js";
import type { LogEntry, Txn } from "../model/txns.js";
import type { ServerState } from "../server/contract.js";
import type { Electorate } from "./electorate.js";
import type { Logged } from "./log-watch.js";
import { type Trace, traced } from "./trace.js";
import { TreeHistory } from "./tree-history.js";
import { mustHold } from "./violation.js";

/** The disks of a member as the truth looks at them. */
export interface Voter {
	maybeLogged(at: Zxid): Logged | undefined;
	/** Whether a crash now would leave this transaction, in its log or in a snapshot. */
	isSafe(at: Zxid): boolean;
	/** Of its newest snapshot that ends before `at`; 0 when there is none. */
	snapshotBefore(at: Zxid): Zxid;
}

export interface Committed {
	readonly entry: LogEntry;
	readonly index: number;
	/** Of the tree after it, once some member was seen there. */
	digest: bigint | undefined;
}

/**
 * The one sequence of transactions that all members agree on, found out from outside: what a member has applied while it
 * serves must be on the disks of a quorum, and follow what anybody had applied before.
 */
export class Truth {
	readonly history = new TreeHistory();
	readonly #knowsSessions: boolean;
	readonly #voters: readonly Voter[];
	readonly #electorate: Electorate;
	readonly #trace: Trace;
	readonly #sequence: Committed[] = [];
	readonly #index = new Map<Zxid, Committed>();
	/** Where each member was when it was last looked at: most turns change nothing. */
	readonly #seen = new Map<number, Zxid>();
	readonly #lastCxids = new Map<SessionId, number>();
	/** The last zxid that any client was told of. */
	toldZxid: Zxid = zxidZero;

	/** `voters`: all that may ever be one, by place. `knowsSessions`: none is local, all are in the sequence. */
	constructor(voters: readonly Voter[], electorate: Electorate, trace: Trace, knowsSessions: boolean) {
		this.#knowsSessions = knowsSessions;
		this.#voters = voters;
		this.#electorate = electorate;
		this.#trace = trace;
	}

	get lastZxid(): Zxid {
		return this.#sequence.at(-1)?.entry.header.zxid ?? zxidZero;
	}

	/** What a leader of this epoch has to have. */
	lastZxidBefore(epoch: number): Zxid {
		return this.#sequence.findLast(({ entry }) => epochOf(entry.header.zxid) < epoch)?.entry.header.zxid ?? zxidZero;
	}

	get count(): number {
		return this.#sequence.length;
	}

	maybe(at: Zxid): LogEntry | undefined {
		return this.#index.get(at)?.entry;
	}

	/** A member that serves has applied everything up to the last zxid of its tree. */
	observe({ place, state }: { readonly place: number; readonly state: ServerState | undefined }): void {
		const at = state?.tree.lastZxid ?? zxidZero;
		if (at === zxidZero || state === undefined || this.#seen.get(place) === at) return;
		this.#seen.set(place, at);
		this.#check(`server ${place}`, at, state.tree.digest);
	}

	#check(who: string, at: Zxid, digest: bigint): void {
		if (at > this.lastZxid) this.#extend(who, at);
		const known = this.#index.get(at);
		mustHold(known !== undefined, "one committed sequence", () => {
			return `${who} has applied ${describeZxid(at)}, which nobody else has: the others went on to ${describeZxid(this.lastZxid)}`;
		});
		const committed = known as Committed;
		committed.digest ??= digest;
		mustHold(committed.digest === digest, "equal digests at equal zxid", () => {
			return `${who} has another tree at ${describeZxid(at)} than members before it: ${describeEntry(committed.entry)}`;
		});
	}

	#extend(who: string, upTo: Zxid): void {
		for (const logged of this.#missing(who, upTo)) {
			const entry = readEntry(logged.body);
			const voters = this.#voters.map((voter) => voter.isSafe(logged.zxid));
			mustHold(this.#electorate.isQuorum(voters, entry), "committed means on the disks of a quorum", () => {
				const having = voters.flatMap((has, index) => (has ? [index + 1] : [])).join(", ") || "nobody";
				return `${who} applied ${describeZxid(logged.zxid)}, which only ${having} would still have after a crash`;
			});
			this.#push(entry);
		}
	}

	/** Logged by somebody, after what is known to be committed, oldest first. */
	#missing(who: string, upTo: Zxid): Logged[] {
		let logged = this.#find(upTo);
		mustHold(logged !== undefined, "committed means on the disks of a quorum", () => {
			return `${who} applied ${describeZxid(upTo)}, which is in nobody's log`;
		});
		const missing: Logged[] = [];
		let first = upTo;
		for (; logged !== undefined && logged.zxid > this.lastZxid; logged = logged.before ?? this.#findBefore(logged)) {
			missing.push(logged);
			first = logged.zxid;
		}
		// Older files may stay beside a snapshot that took the place of what they lack.
		const begin = Math.max(logged?.zxid ?? zxidZero, this.#snapshotBefore(first)) as Zxid;
		mustHold(begin === this.lastZxid, "nothing acknowledged is lost", () => {
			return `${who} went from ${describeZxid(begin)} on to ${describeZxid(upTo)}, but ${describeZxid(this.lastZxid)} was committed`;
		});
		return missing.reverse();
	}

	#find(at: Zxid): Logged | undefined {
		for (const voter of this.#voters) {
			const logged = voter.maybeLogged(at);
			if (logged !== undefined && (voter.isSafe(at) || logged.before !== undefined)) return logged;
		}
		for (const voter of this.#voters) {
			const logged = voter.maybeLogged(at);
			if (logged !== undefined) return logged;
		}
		return undefined;
	}

	/** The log of one member may begin with an entry whose predecessor only others still have. */
	#findBefore(logged: Logged): Logged | undefined {
		for (const voter of this.#voters) {
			const before = voter.maybeLogged(logged.zxid)?.before;
			if (before !== undefined) return before;
		}
		return undefined;
	}

	/** A log may begin behind a snapshot that a leader sent. */
	#snapshotBefore(at: Zxid): Zxid {
		const having = this.#voters.filter((voter) => voter.maybeLogged(at) !== undefined);
		return zxid(Math.max(zxidZero, ...having.map((voter) => voter.snapshotBefore(at))));
	}

	#push(entry: LogEntry): void {
		const { header, txn } = entry;
		this.#trace.mix(traced.commit, header.zxid, header.cxid);
		this.#trace.tell?.(`committed ${describeEntry(entry)}`);
		this.#checkOrder(entry);
		const committed: Committed = { entry, index: this.#sequence.length, digest: undefined };
		this.#sequence.push(committed);
		this.#index.set(header.zxid, committed);
		this.history.apply(header, txn);
		this.#electorate.committed(entry);
	}

	/** A session's requests are decided once each and in its order, and none after its end. */
	#checkOrder({ header, txn }: LogEntry): void {
		const { session, cxid, zxid } = header;
		// Closing twice does no harm: a session that expires may be closed by its client meanwhile.
		const isRequest = cxid > 0 && txn.type !== -11 && !isRefused(txn);
		mustHold(
			!isRequest || !this.#knowsSessions || this.history.sessions.has(session),
			"no change of a session that is over",
			() => {
				return `${describeZxid(zxid)} is a request of session ${describeSession(session)}, which is over`;
			},
		);
		const before = this.#lastCxids.get(session) ?? 0;
		if (cxid <= 0 || isTurnedAway(txn)) return;
		mustHold(cxid > before, "a session's writes are decided once and in order", () => {
			return `${describeZxid(zxid)} is request ${cxid} of session ${describeSession(session)}, after its request ${before}`;
		});
		this.#lastCxids.set(session, cxid);
	}
}

/** Decided, but to change nothing. */
function isRefused(txn: Txn): boolean {
	return txn.type === -1 || (txn.type === 14 && txn.txns.some((part) => part.type === -1));
}

/**
 * A request that arrives after its session has ended, or goes on elsewhere, may come late: it is decided to fail. The wish
 * to close is granted from wherever it comes.
 */
function isTurnedAway(txn: Txn): boolean {
	if (txn.type === -11) return true;
	if (txn.type === 14) return txn.txns.some(isTurnedAway);
	return txn.type === -1 && (txn.error === errors.sessionMoved || txn.error === errors.sessionExpired);
}

export function describeSession(session: SessionId): string {
	return `0x${BigInt.asUintN(64, session).toString(16)}`;
}

function describeEntry({ header, txn }: LogEntry): string {
	const path = "path" in txn ? ` ${txn.path}` : "";
	const error = txn.type === -1 ? ` error ${txn.error}` : "";
	const from = `session ${describeSession(header.session)} request ${header.cxid}`;
	return `${describeZxid(header.zxid)} type ${txn.type}${path}${error} of ${from}`;
}
