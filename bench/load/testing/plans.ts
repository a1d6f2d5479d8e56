import type { Address } from "../../../conformance/client/connection.js";
import type { LoadPlan } from "../contract.js";

/** A load of half a second at most, made by this process. */
export function smallPlan(addresses: readonly Address[], changes: Partial<LoadPlan> = {}): LoadPlan {
	return {
		addresses,
		root: "/load",
		sessions: 3,
		arrival: { kind: "closed", window: 8 },
		mix: { getData: 1, setData: 1 },
		values: { kind: "fixed", bytes: 64 },
		keys: { count: 12, distribution: "uniform" },
		warmUpMs: 20,
		measureMs: 200,
		sampleMs: 50,
		seed: 7,
		workers: 0,
		toleratesLoss: false,
		...changes,
	};
}

export const allKinds: LoadPlan["mix"] = {
	getData: 4,
	setData: 2,
	create: 2,
	delete: 2,
	exists: 1,
	getChildren: 1,
	multi: 1,
	sync: 1,
	watch: 1,
};
