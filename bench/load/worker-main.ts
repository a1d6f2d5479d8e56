import type { LoadPlan } from "./contract.js";
import { LoadError, LoadWorker } from "./load-worker.js";
import type { FromWorker, ToWorker } from "./worker-messages.js";

/** A process that makes a share of the load, step by step as it is told. */
let worker: LoadWorker | undefined;

function tell(message: FromWorker): void {
	process.send?.(message);
}

function make(plan: LoadPlan, index: number): LoadWorker {
	worker = new LoadWorker(plan, index, (samples) => tell({ type: "samples", samples }));
	return worker;
}

async function obey(order: ToWorker): Promise<FromWorker> {
	switch (order.type) {
		case "open":
			await make(order.plan, order.index).open();
			return { type: "done" };
		case "run":
			await worker?.run(order.slice);
			return { type: "done" };
		case "audit":
			await worker?.audit();
			return { type: "done" };
		case "close": {
			const result = await worker?.close();
			worker = undefined;
			return result === undefined ? { type: "done" } : { type: "result", result };
		}
	}
}

process.on("message", (order: ToWorker) => {
	obey(order).then(tell, (error: unknown) => {
		if (!(error instanceof LoadError)) throw error;
		tell({ type: "failed", text: error.message });
	});
});
process.on("disconnect", () => process.exit());
