import { Codec } from "../../conformance/client/codec.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Breaches } from "./breaches.js";
import type { LoadPlan } from "./contract.js";
import { type Draws, drawAll } from "./draws.js";
import { KeyTable } from "./key-table.js";
import { Meter } from "./meter.js";
import { Outbox } from "./outbox.js";
import { RequestWriter } from "./request-writer.js";
import { Values } from "./values.js";

/** What all sessions of one worker have in common. */
export interface Shared {
	readonly plan: LoadPlan;
	readonly codec: Codec;
	readonly values: Values;
	readonly keys: KeyTable;
	readonly draws: Draws;
	readonly meter: Meter;
	readonly breaches: Breaches;
	readonly outbox: Outbox;
	readonly requests: RequestWriter;
}

export function makeShared(plan: LoadPlan): Shared {
	const codec = new Codec(loadWireSpec());
	const values = new Values(plan.values, plan.seed);
	const outbox = new Outbox();
	return {
		plan,
		codec,
		values,
		keys: new KeyTable(plan.keys.count),
		draws: drawAll(plan),
		meter: new Meter(plan.measureMs, plan.sampleMs, plan.arrival.kind === "open"),
		breaches: new Breaches(),
		outbox,
		requests: new RequestWriter(codec, plan.root, values, outbox),
	};
}
