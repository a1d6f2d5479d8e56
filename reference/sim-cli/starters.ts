import { startMember } from "../sim/member-process.js";
import type { SimOptions } from "../sim/plan.js";
import type { StartProcess } from "../sim/run.js";
import { startStandalone } from "../sim/standalone-process.js";

/** How a process of each kind is started. */
export const starters: Readonly<Record<SimOptions["kind"], StartProcess>> = {
	standalone: startStandalone,
	ensemble: startMember,
};
