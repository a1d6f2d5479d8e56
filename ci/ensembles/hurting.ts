import { setTimeout as sleep } from "node:timers/promises";
import type { EnsembleDriver, Fault } from "../../conformance/drivers/ensemble-driver.js";

/** Faults that leave something behind when nobody undoes them. */
const lasting: readonly Fault[] = [
	{ partition: [[1], [2, 3]] },
	{ pause: 3 },
	{ kill: 1 },
	{ refuse: 1 },
	{ halfOpen: 2 },
];

/** Long enough to be ended while it is hurt. */
const hurtMs = 1000;

/** Hurts an ensemble and heals it, until the program is ended from outside; `onHurt` is told when it is hurt each time. */
export async function hurtForEver(driver: EnsembleDriver, onHurt: () => void): Promise<never> {
	const faults = lasting.filter((fault) => [...driver.abilities].some((kind) => kind in fault));
	for (;;) {
		for (const fault of faults) await driver.perform(fault, () => 0);
		onHurt();
		await sleep(hurtMs);
		await driver.heal();
	}
}
