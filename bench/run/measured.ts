import type { LoadHooks, LoadPlan, LoadResult } from "../load/contract.js";
import type { Party } from "../load/turns.js";
import type { Round } from "../report/report.js";
import type { Metered } from "../targets/meter.js";
import type { Role, Target } from "../targets/target.js";
import type { Parameters } from "./workload.js";

/** Who makes the load: processes of this machine, or workers on others. */
export type MakeLoad = (plan: LoadPlan, hooks: LoadHooks) => Promise<LoadResult>;

/** Where one round of one cell happens. */
export interface Stage {
	readonly target: Target;
	/** Before it began. */
	readonly roles: readonly (Role | undefined)[];
	readonly parameters: Parameters;
	/** A path that only this round uses. */
	readonly root: string;
	readonly seed: number;
	/** Processes that make the load. */
	readonly workers: number;
	readonly makeLoad: MakeLoad;
	/** Where its load takes turns with others, slice by slice. */
	readonly party?: Party;
	/** A watch event that did not come within this time is lost. */
	readonly eventMsMost: number;
	readonly signal: AbortSignal;
}

/** What one round brought. */
export interface Measured extends Pick<Round, "events" | "figures"> {
	readonly load: LoadResult;
	/** Over the measured time; what its operations cost is what they are divided by. */
	readonly metered: Metered;
	readonly breaches?: Round["breaches"];
}

export type Measure = (stage: Stage) => Promise<Measured>;
