import type { Breach } from "../../load/contract.js";
import type { Measured, Stage } from "../measured.js";
import type { FailureEvent, Parameters } from "../workload.js";
import { measureFailures } from "./failures.js";
import type { GapFigures } from "./gaps.js";

const events: readonly FailureEvent[] = [
	{ atMs: 1000, do: "kill", role: "leader", name: "" },
	{ atMs: 4000, do: "start", role: "leader", name: "" },
];

const leaderless: Breach = {
	rule: "no-leader",
	text: "no leader was found to be killed; a single server has none",
	count: 1,
};

/** Writes only, and the leader is killed once: in samples as short as the gap is to be told exactly. */
export async function measureFailover(stage: Stage): Promise<Measured> {
	const parameters: Parameters = { reads: 0, keys: 100, ...stage.parameters, forMs: 5000, sampleMs: 10, events };
	const { figures, ...measured } = await measureFailures({ ...stage, parameters });
	const { leaderWriteGapMs: gapMs }: GapFigures = figures ?? {};
	return gapMs === undefined ? { ...measured, breaches: [leaderless] } : { ...measured, figures: { gapMs } };
}
