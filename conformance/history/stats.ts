import { FloatColumn, IntColumn } from "./column.js";
import type { Stat } from "./record.js";

/** Where no Stat belongs. */
export const noStat = -1;

/** Stats in columns; `owner` is an index into `owners`. */
export class Stats {
	readonly czxid: FloatColumn;
	readonly mzxid: FloatColumn;
	readonly pzxid: FloatColumn;
	readonly ctime: FloatColumn;
	readonly mtime: FloatColumn;
	readonly version: IntColumn;
	readonly cversion: IntColumn;
	readonly aversion: IntColumn;
	readonly dataLength: IntColumn;
	readonly numChildren: IntColumn;
	readonly owner: IntColumn;
	/** Sessions that own something; the first is 0n, nobody. */
	readonly owners: bigint[] = [0n];
	readonly #ownerIds = new Map<bigint, number>([[0n, 0]]);

	/** There is room for `capacity` Stats at first. */
	constructor(capacity: number) {
		this.czxid = new FloatColumn(capacity);
		this.mzxid = new FloatColumn(capacity);
		this.pzxid = new FloatColumn(capacity);
		this.ctime = new FloatColumn(capacity);
		this.mtime = new FloatColumn(capacity);
		this.version = new IntColumn(capacity);
		this.cversion = new IntColumn(capacity);
		this.aversion = new IntColumn(capacity);
		this.dataLength = new IntColumn(capacity);
		this.numChildren = new IntColumn(capacity);
		this.owner = new IntColumn(capacity);
	}

	get count(): number {
		return this.czxid.length;
	}

	add(stat: Stat): number {
		this.czxid.push(stat.czxid);
		this.mzxid.push(stat.mzxid);
		this.pzxid.push(stat.pzxid);
		this.ctime.push(stat.ctime);
		this.mtime.push(stat.mtime);
		this.version.push(stat.version);
		this.cversion.push(stat.cversion);
		this.aversion.push(stat.aversion);
		this.dataLength.push(stat.dataLength);
		this.numChildren.push(stat.numChildren);
		this.owner.push(stat.ephemeralOwner === 0n ? 0 : this.#ownerId(stat.ephemeralOwner));
		return this.count - 1;
	}

	/** The Stat as a record gives it. */
	statOf(id: number): Stat {
		return {
			czxid: this.czxid.get(id),
			mzxid: this.mzxid.get(id),
			ctime: this.ctime.get(id),
			mtime: this.mtime.get(id),
			version: this.version.get(id),
			cversion: this.cversion.get(id),
			aversion: this.aversion.get(id),
			ephemeralOwner: this.ownerOf(id),
			dataLength: this.dataLength.get(id),
			numChildren: this.numChildren.get(id),
			pzxid: this.pzxid.get(id),
		};
	}

	/** The session of an ephemeral; 0n for any other node. */
	ownerOf(id: number): bigint {
		return this.owners[this.owner.get(id)] ?? 0n;
	}

	#ownerId(session: bigint): number {
		const known = this.#ownerIds.get(session);
		if (known !== undefined) return known;
		this.#ownerIds.set(session, this.owners.length);
		return this.owners.push(session) - 1;
	}
}
