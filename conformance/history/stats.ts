import { FloatColumn, IntColumn } from "./column.js";
import type { Stat } from "./record.js";

/** Where no Stat belongs. */
export const noStat = -1;

/** Stats in columns; `owner` is an index into `owners`. */
export class Stats {
	readonly czxid = new FloatColumn();
	readonly mzxid = new FloatColumn();
	readonly pzxid = new FloatColumn();
	readonly ctime = new FloatColumn();
	readonly mtime = new FloatColumn();
	readonly version = new IntColumn();
	readonly cversion = new IntColumn();
	readonly aversion = new IntColumn();
	readonly dataLength = new IntColumn();
	readonly numChildren = new IntColumn();
	readonly owner = new IntColumn();
	/** Sessions that own something; the first is 0n, nobody. */
	readonly owners: bigint[] = [0n];
	readonly #ownerIds = new Map<bigint, number>([[0n, 0]]);

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
			ephemeralOwner: this.owners[this.owner.get(id)] ?? 0n,
			dataLength: this.dataLength.get(id),
			numChildren: this.numChildren.get(id),
			pzxid: this.pzxid.get(id),
		};
	}

	#ownerId(session: bigint): number {
		const known = this.#ownerIds.get(session);
		if (known !== undefined) return known;
		this.#ownerIds.set(session, this.owners.length);
		return this.owners.push(session) - 1;
	}
}
