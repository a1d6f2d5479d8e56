import { abortable } from "../load/abortable.js";
import { ForkedWorker } from "../load/forked-worker.js";
import { LoadError, type WorkerResult } from "../load/load-worker.js";
import { assertPlan, PlanError } from "../load/run-load.js";
import type { Control } from "./control.js";
import { DoubleBarrier } from "./double-barrier.js";
import { type Order, OrderError, type Outcome, parseOrder } from "./messages.js";
import { sendParcel } from "./parcel.js";
import type { RoundNodes } from "./run-nodes.js";

export interface Share {
	readonly control: Control;
	readonly nodes: RoundNodes;
	readonly member: string;
	/** The round is given up. */
	readonly signal: AbortSignal;
	/** All have passed the barrier. */
	onBegin(): void;
}

/**
 * One worker's part of one measurement: sessions are opened before the barrier, the load runs between its two sides, and
 * what was written is read again behind it, when nobody writes any more. No clock is compared with another host's.
 * @throws OrderError, after the coordinator was told
 */
export async function makeShare(share: Share): Promise<void> {
	try {
		await tell(share, { type: "measured", results: await measure(share, await readOrder(share)) });
	} catch (error) {
		if (!(error instanceof LoadError || error instanceof OrderError)) throw error;
		await tell(share, { type: "failed", text: error.message });
		if (error instanceof OrderError) throw error;
	}
}

async function readOrder({ control, nodes }: Share): Promise<Order> {
	const order = parseOrder((await control.maybeText(nodes.root)) ?? "");
	try {
		assertPlan(order.plan);
		return order;
	} catch (error) {
		if (error instanceof PlanError) throw new OrderError(`the plan is wrong: ${error.message}`);
		throw error;
	}
}

async function measure(
	{ control, nodes, member, signal, onBegin }: Share,
	{ plan, shares }: Order,
): Promise<readonly WorkerResult[]> {
	const barrier = new DoubleBarrier(control, nodes.barrier, Object.keys(shares).length);
	const workers = (shares[member] ?? []).map((index) => new ForkedWorker(plan, index, () => undefined));
	const all = <T>(step: (worker: ForkedWorker) => Promise<T>) => abortable(Promise.all(workers.map(step)), signal);
	try {
		await all((worker) => worker.open());
		await barrier.enter(member, signal);
		onBegin();
		await all((worker) => worker.run(0));
		await barrier.leave(member, signal);
		await all((worker) => worker.audit());
		return await all((worker) => worker.close());
	} finally {
		for (const worker of workers) worker.abandon();
		// The coordinator removes the measured nodes once nobody changes them any more.
		if (signal.aborted && !control.over.aborted) await barrier.abandon(member);
	}
}

function tell({ control, nodes, member, signal }: Share, outcome: Outcome): Promise<void> {
	return abortable(sendParcel(control, `${nodes.outcomes}/${member}`, outcome), signal);
}
