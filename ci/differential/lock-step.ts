import type { Codec } from "../../conformance/client/codec.js";
import type { Address } from "../../conformance/client/connection.js";
import { differences, type FieldDifference } from "./comparison.js";
import { isExplained } from "./explained.js";
import { Janitor } from "./janitor.js";
import type { Step } from "./program.js";
import { type Heard, Witness } from "./witness.js";

/** The two servers under comparison. */
export interface Pair {
	readonly codec: Codec;
	readonly reference: Address;
	readonly apache: Address;
}

/** A step that both servers did, with what Apache answered. */
export interface Done {
	readonly step: Step;
	readonly apache: Heard;
}

export interface Difference {
	readonly step: Step;
	readonly reference: Heard;
	readonly apache: Heard;
	readonly fields: readonly FieldDifference[];
}

export interface Outcome {
	readonly done: readonly Done[];
	readonly difference: Difference | undefined;
	/** Differences that are known, each passed over. */
	readonly explained: number;
}

/** The next step, or undefined at the end; `last` is what Apache answered to the one before, if it had a place. */
export type Source = (last: Done | undefined) => Step | undefined;

/** Does step after step on both servers, each below a new root, up to the first difference without an explanation. */
export async function runInLockStep(pair: Pair, root: string, source: Source): Promise<Outcome> {
	const janitors = [new Janitor(pair.codec, pair.reference), new Janitor(pair.codec, pair.apache)] as const;
	const relatives = await Promise.all(janitors.map((janitor) => janitor.prepare(root)));
	const [reference, apache] = [pair.reference, pair.apache].map((address, index) => {
		return new Witness(pair.codec, address, relatives[index] as never);
	}) as [Witness, Witness];
	try {
		return await compareAll(reference, apache, source);
	} finally {
		await Promise.all([reference.finish(), apache.finish()]);
		await Promise.all(janitors.map((janitor) => janitor.finish(root)));
	}
}

async function compareAll(reference: Witness, apache: Witness, source: Source): Promise<Outcome> {
	const done: Done[] = [];
	let explained = 0;
	let last: Done | undefined;
	for (let step = source(undefined); step !== undefined; step = source(last)) {
		const [heard, wanted] = await Promise.all([reference.perform(step), apache.perform(step)]);
		last = wanted === undefined ? undefined : { step, apache: wanted };
		const fields = differences(heard, wanted);
		if (fields.length > 0 && !isExplained(step, fields)) {
			return { done, difference: { step, reference: heard ?? {}, apache: wanted ?? {}, fields }, explained };
		}
		if (fields.length > 0) explained++;
		if (last !== undefined) done.push(last);
	}
	return { done, difference: undefined, explained };
}

export function sourceOf(steps: readonly Step[]): Source {
	let next = 0;
	return () => steps[next++];
}
