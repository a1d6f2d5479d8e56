import { stringify } from "yaml";
import type { RangeMs, Workload } from "./workload.js";

/** A workload as a file that `readWorkload` reads; `comment` is for people. */
export function workloadYaml(workload: Workload, comment: string): string {
	const { name, title, clauses, clients, inFlight, seed, parameters, setUp, steps, stepsMax, rules } = workload;
	const value = {
		zkspec: "workload/v1",
		workload: name,
		title,
		clauses,
		clients: clients.every((client, index) => client === index) ? clients.length : clients,
		...(inFlight === 1 ? {} : { inFlight }),
		duration: `${workload.durationMs}ms`,
		sessionTimeout: `${workload.sessionTimeoutMs}ms`,
		...(workload.pauseMs[1] === 0 ? {} : { pause: rangeText(workload.pauseMs) }),
		...(seed === undefined ? {} : { seed }),
		...(Object.keys(parameters).length === 0 ? {} : { parameters }),
		...(setUp.length === 0 ? {} : { setUp }),
		steps,
		...(Number.isFinite(stepsMax) ? { stepsMax } : {}),
		...faultsOf(workload),
		...(rules.length === 0 ? {} : { rules }),
	};
	const lines = Object.entries(value).map(([key, each]) => linesOf(key, each));
	return [`# ${comment}`, ...lines.flat(), ""].join("\n");
}

/** Lists with one line for each of their items, as people write them. */
function linesOf(key: string, value: unknown): readonly string[] {
	if (!Array.isArray(value) || typeof value[0] !== "object") return [`${key}: ${inFlow(value)}`];
	return [`${key}:`, ...value.map((item) => `  - ${inFlow(item)}`)];
}

function inFlow(value: unknown): string {
	return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
}

function faultsOf({ faults }: Workload): object {
	switch (faults.type) {
		case "none":
			return {};
		case "drawn": {
			const choices = faults.choices.map((choice) => ({ ...choice, for: rangeText(choice.for) }));
			return { faults: { every: rangeText(faults.everyMs), choices } };
		}
		case "given":
			return {
				schedule: faults.schedule.map(({ atMs, forMs, do: fault, draw }) => ({
					at: `${atMs}ms`,
					for: `${forMs}ms`,
					do: fault,
					draw,
				})),
			};
	}
}

function rangeText([from, to]: RangeMs): readonly string[] {
	return [`${from}ms`, `${to}ms`];
}
