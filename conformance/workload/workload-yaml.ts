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
		parameters,
		setUp,
		steps,
		...(Number.isFinite(stepsMax) ? { stepsMax } : {}),
		...faultsOf(workload),
		rules,
	};
	return `# ${comment}\n${stringify(value, { lineWidth: 120, flowCollectionPadding: true })}`;
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
