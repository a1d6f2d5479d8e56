/**
 * What this process knows of each key. The writer of a key is one session (key modulo sessions), whose requests a server
 * takes in order: the version after its n-th write is n, less those that were lost on the way.
 */
export class KeyTable {
	/** Writes sent. */
	readonly sequences: Int32Array;
	/** Of those, the ones that are known to have changed nothing. */
	readonly lost: Int32Array;
	/** Of the newest, how many were under way when their connection was lost, and may or may not have happened. */
	readonly inDoubt: Int32Array;
	/** The newest acknowledged version and its zxid. */
	readonly versions: Int32Array;
	readonly zxids: Float64Array;
	/** 1 where the writer has a watch that must fire at its next write. */
	readonly watched: Uint8Array;

	constructor(count: number) {
		this.sequences = new Int32Array(count);
		this.lost = new Int32Array(count);
		this.inDoubt = new Int32Array(count);
		this.versions = new Int32Array(count);
		this.zxids = new Float64Array(count);
		this.watched = new Uint8Array(count);
	}

	/** Counts a write that is about to be sent. */
	next(key: number): number {
		const sequence = (this.sequences[key] as number) + 1;
		this.sequences[key] = sequence;
		return sequence;
	}

	/** A write was answered by an error: those behind it have a version less. */
	fail(key: number): void {
		this.lost[key] = (this.lost[key] as number) + 1;
	}

	/** A write was under way when its connection was lost. */
	doubt(key: number): void {
		this.inDoubt[key] = (this.inDoubt[key] as number) + 1;
	}

	/** The version that the writer's read shows that was sent behind write `sequence`, if nothing is in doubt. */
	due(key: number, sequence: number): number {
		return sequence - (this.lost[key] as number);
	}

	/** A reply said what the version was behind write `sequence`: writes in doubt are decided by it. */
	settle(key: number, sequence: number, version: number): void {
		this.lost[key] = sequence - version;
		this.inDoubt[key] = 0;
	}

	acknowledge(key: number, version: number, zxid: number): void {
		this.versions[key] = version;
		this.zxids[key] = zxid;
	}
}
