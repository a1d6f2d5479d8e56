import { assert } from "../../lib/assert.js";
import { DecodeError, Reader } from "../../lib/reader.js";
import { decodeUtf8 } from "../../lib/utf8.js";
import { Writer } from "../../lib/writer.js";
import { type Epoch, epoch, type Zxid, zxid, zxidZero } from "../../model/ids.js";
import { CommittedLog } from "../committed-log.js";
import type { PeerEvent, PeerStorage, Proposal, SnapshotIntake } from "../contract.js";
import { type EnsembleConfig, parseConfigText } from "../ensemble-config.js";

interface Disk {
	/** From the first entry ever on. */
	history: readonly Proposal[];
	/** The files begin behind this: everything up to it is in a snapshot. */
	base: Zxid;
	acceptedEpoch: Epoch;
	currentEpoch: Epoch;
}

interface Job {
	readonly perform: () => void;
	readonly event: PeerEvent | undefined;
}

/** A member's disk and state, where the state is the list of all that was applied. Work on the disk takes as long as the test wants. */
export class FakeStorage implements PeerStorage {
	readonly disk: Disk = { history: [], base: zxidZero, acceptedEpoch: epoch(0), currentEpoch: epoch(0) };
	history: Proposal[] = [];
	appliedCount = 0;
	base: Zxid = zxidZero;
	committed: CommittedLog;
	readonly #committedMax: number;
	#jobs: Job[] = [];

	constructor(committedMax: number) {
		this.#committedMax = committedMax;
		this.committed = new CommittedLog(committedMax);
	}

	get lastLoggedZxid(): Zxid {
		return this.history.at(-1)?.zxid ?? this.base;
	}

	/** The last reconfiguration that was applied. */
	get config(): EnsembleConfig | undefined {
		return this.#reconfigs.at(-1);
	}

	/** The one before it, where it is not lost in a snapshot. */
	get settledConfig(): EnsembleConfig | undefined {
		const last = this.config;
		return last === undefined || last.version <= this.base ? undefined : this.#reconfigs.at(-2);
	}

	get #reconfigs(): readonly EnsembleConfig[] {
		const texts = this.history.slice(0, this.appliedCount).map(({ body }) => decodeUtf8(body));
		return texts.filter((text) => text.startsWith("server.")).map((text) => parseConfigText(text));
	}

	get lastAppliedZxid(): Zxid {
		return this.appliedCount === 0 ? this.base : (this.history[this.appliedCount - 1] as Proposal).zxid;
	}

	get idle(): boolean {
		return this.#jobs.length === 0;
	}

	/** Does the oldest piece of work. */
	work(): PeerEvent | undefined {
		const job = this.#jobs.shift();
		job?.perform();
		return job?.event;
	}

	/** What was not done by now never is; the state is read anew. */
	crash(): void {
		this.#jobs = [];
		this.history = [...this.disk.history];
		this.base = this.disk.base;
		this.appliedCount = 0;
		this.committed = new CommittedLog(this.#committedMax);
		this.applyTo(this.lastLoggedZxid);
		// Entries of a snapshot are not known one by one.
		this.#fillCommitted();
	}

	/** A body that is the text of a configuration is a reconfiguration. */
	append(proposal: Proposal): EnsembleConfig | undefined {
		assert(proposal.zxid > this.lastLoggedZxid, "a log goes up");
		this.history.push(proposal);
		this.#later({ type: "flushed", zxid: proposal.zxid }, () => {
			this.disk.history = [...this.disk.history, proposal];
		});
		const text = decodeUtf8(proposal.body);
		return text.startsWith("server.") ? parseConfigText(text) : undefined;
	}

	saveEpoch(which: "acceptedEpoch" | "currentEpoch", value: Epoch, ticket: number): void {
		this.#later({ type: "stored", ticket }, () => {
			this.disk[which] = value;
		});
	}

	applyTo(upTo: Zxid): void {
		assert(upTo <= this.lastLoggedZxid, "only what is logged can be committed");
		for (let next = this.history[this.appliedCount]; next !== undefined && next.zxid <= upTo; ) {
			this.committed.push(next);
			next = this.history[++this.appliedCount];
		}
	}

	canTruncate(to: Zxid): boolean {
		return to === this.base || (to > this.base && this.history.some(({ zxid: at }) => at === to));
	}

	truncate(to: Zxid, ticket: number): void {
		assert(this.canTruncate(to), "there is no such place in the log");
		this.history = this.history.filter(({ zxid: at }) => at <= to);
		this.appliedCount = this.history.length;
		this.#fillCommitted();
		this.#keep({ type: "stored", ticket });
	}

	install(history: readonly Proposal[], at: Zxid, ticket: number): void {
		this.history = [...history];
		this.appliedCount = history.length;
		this.base = at;
		this.#fillCommitted();
		this.#keep({ type: "stored", ticket });
	}

	maybeLogged(after: Zxid): Iterable<Proposal> | undefined {
		const at = this.history.findIndex(({ zxid: one }) => one === after);
		if (at < 0 || after < this.base) return undefined;
		return this.history.slice(at + 1, this.appliedCount);
	}

	snapshot(): { zxid: Zxid; slices: Iterable<Uint8Array> } {
		return { zxid: this.lastAppliedZxid, slices: [encodeHistory(this.history.slice(0, this.appliedCount))] };
	}

	#fillCommitted(): void {
		this.committed.clear();
		for (const entry of this.history.slice(0, this.appliedCount)) {
			if (entry.zxid > this.base) this.committed.push(entry);
		}
	}

	#keep(event: PeerEvent): void {
		const { history, base } = this;
		const kept = [...history];
		this.#later(event, () => {
			this.disk.history = kept;
			this.disk.base = base;
		});
	}

	#later(event: PeerEvent | undefined, perform: () => void): void {
		this.#jobs.push({ perform, event });
	}
}

function encodeHistory(history: readonly Proposal[]): Uint8Array {
	const writer = new Writer().int(0);
	for (const { zxid: at, body } of history) writer.long(at).buffer(body);
	return writer.frame();
}

/** The counterpart of `FakeStorage.snapshot`. */
export class FakeIntake implements SnapshotIntake {
	#bytes: Uint8Array = new Uint8Array();
	history: Proposal[] = [];

	get sizeBytes(): number {
		return this.#bytes.length;
	}

	push(bytes: Uint8Array): Uint8Array | undefined {
		this.#bytes = new Writer().raw(this.#bytes).raw(bytes).copy();
		if (this.#bytes.length < 4) return undefined;
		const end = 4 + new Reader(this.#bytes).int();
		if (this.#bytes.length < end) return undefined;
		const rest = this.#bytes.slice(end);
		const reader = new Reader(this.#bytes.subarray(4, end));
		while (reader.remaining > 0) {
			const at = zxid(reader.long());
			const body = reader.buffer();
			if (body === null) throw new DecodeError("an entry without a body");
			this.history.push({ zxid: at, body: body.slice() });
		}
		return rest;
	}
}
