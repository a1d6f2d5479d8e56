import type { FaultKind } from "../drivers/ensemble-driver.js";
import { faultKindOf } from "../drivers/fault-problem.js";
import { between, randomOf, streams, weighted } from "./random.js";
import type { PlannedFault, Workload } from "./workload.js";

/** What will be done to the servers, and what of the workload's faults the driver can not do. */
export interface Schedule {
	readonly faults: readonly PlannedFault[];
	readonly leftOut: readonly FaultKind[];
}

/** The same for the same seed and the same abilities; one fault after the other, never two at a time. */
export function drawSchedule(
	{ faults: plan, durationMs }: Workload,
	seed: number,
	abilities: ReadonlySet<FaultKind>,
): Schedule {
	switch (plan.type) {
		case "none":
			return { faults: [], leftOut: [] };
		case "given":
			return {
				faults: plan.schedule.filter((fault) => abilities.has(faultKindOf(fault.do))),
				leftOut: leftOut(plan.schedule, abilities),
			};
		case "drawn": {
			const choices = plan.choices.filter((choice) => abilities.has(faultKindOf(choice.do)));
			const faults: PlannedFault[] = [];
			const random = randomOf(seed, streams.schedule);
			let atMs = between(random, plan.everyMs);
			while (choices.length > 0 && atMs < durationMs) {
				const choice = weighted(random, choices);
				const forMs = between(random, choice.for);
				faults.push({ atMs, forMs, do: choice.do, draw: Math.floor(random() * 2 ** 31) });
				atMs += forMs + between(random, plan.everyMs);
			}
			return { faults, leftOut: leftOut(plan.choices, abilities) };
		}
	}
}

function leftOut(
	choices: readonly Pick<PlannedFault, "do">[],
	abilities: ReadonlySet<FaultKind>,
): readonly FaultKind[] {
	const kinds = new Set(choices.map((choice) => faultKindOf(choice.do)));
	return [...kinds].filter((kind) => !abilities.has(kind));
}

export function describePlanned({ atMs, forMs, do: fault }: PlannedFault): string {
	return `${(atMs / 1000).toFixed(2)} s ${describeFault(fault)}${forMs === 0 ? "" : ` for ${forMs} ms`}`;
}

function describeFault(fault: PlannedFault["do"]): string {
	const [[kind, what] = ["", ""], ...rest] = Object.entries(fault);
	const more = rest.map(([name, value]) => ` ${name}=${value}`).join("");
	return `${kind} ${typeof what === "object" ? JSON.stringify(what) : what}${more}`;
}
