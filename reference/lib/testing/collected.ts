import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const turnsMost = 10;

/** Whether nobody holds it any more. */
export async function isCollected(held: WeakRef<object>): Promise<boolean> {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	// What was looked at stays until the end of the turn.
	for (let turns = 0; turns < turnsMost && held.deref() !== undefined; turns++) {
		await nextTurn();
		collect();
	}
	return held.deref() === undefined;
}
