import type { LoadPlan, Sample } from "./contract.js";
import type { WorkerResult } from "./load-worker.js";

/** The steps of a measurement; each is answered before the next one is asked for. */
export type ToWorker =
	| { readonly type: "open"; readonly plan: LoadPlan; readonly index: number }
	| { readonly type: "run"; readonly slice: number }
	| { readonly type: "audit" }
	| { readonly type: "close" };

export type FromWorker =
	| { readonly type: "samples"; readonly samples: readonly Sample[] }
	| { readonly type: "done" }
	| { readonly type: "result"; readonly result: WorkerResult }
	| { readonly type: "failed"; readonly text: string };
