import type { EnsembleDriver, Fault } from "../../conformance/drivers/ensemble-driver.js";

const last = (n: number): number => n - 1;

/** Faults that leave something behind when nobody undoes them. */
const lasting: readonly Fault[] = [
	{ partition: [[1], [2, 3]] },
	{ pause: "any" },
	{ kill: "any" },
	{ refuse: "any" },
	{ halfOpen: "any" },
];

/** Hurts an ensemble and heals it, until the program is ended from outside; `onHurt` is told when it is hurt each time. */
export async function hurtForEver(driver: EnsembleDriver, onHurt: () => void): Promise<never> {
	const faults = lasting.filter((fault) => [...driver.abilities].some((kind) => kind in fault));
	for (;;) {
		for (const fault of faults) await driver.perform(fault, last);
		onHurt();
		await driver.heal();
	}
}
