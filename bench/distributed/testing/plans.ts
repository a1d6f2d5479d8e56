import type { Address } from "../../../conformance/client/connection.js";
import type { LoadPlan } from "../../load/contract.js";

/** A small load for a server that is there. */
export function planOf(address: Address, changes: Partial<LoadPlan> = {}): LoadPlan {
	return {
		addresses: [address],
		root: "/load",
		sessions: 4,
		arrival: { kind: "closed", window: 4 },
		mix: { getData: 80, setData: 20 },
		values: { kind: "fixed", bytes: 64 },
		keys: { count: 20, distribution: "uniform" },
		warmUpMs: 50,
		measureMs: 300,
		sampleMs: 100,
		seed: 1,
		workers: 1,
		toleratesLoss: false,
		...changes,
	};
}
