/** A promise of ZooKeeper that this run broke; `invariant` is its short name. */
export class Violation extends Error {
	override readonly name = "Violation";
	readonly invariant: string;

	constructor(invariant: string, message: string) {
		super(message);
		this.invariant = invariant;
	}
}

export function mustHold(condition: boolean, invariant: string, message: () => string): void {
	if (!condition) throw new Violation(invariant, message());
}
