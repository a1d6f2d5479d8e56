import type { PerformedFault, ServerChoice } from "./ensemble-driver.js";
import { choose, idsOf, mustHave, type Pick, type Stage } from "./stage.js";

/** Nobody is chosen twice: `[[leader], [follower, follower]]` are three servers. */
export async function partition(
	stage: Stage,
	pick: Pick,
	groups: readonly (readonly ServerChoice[])[],
): Promise<PerformedFault> {
	const ids = await distinct(stage, pick, groups.flat());
	const rest = [...ids];
	const chosen = groups.map(({ length }) => rest.splice(0, length));
	const { network } = stage.hands;
	await mustHave(network?.partition, "partition the servers").call(network, chosen);
	const alone = idsOf(stage).filter((id) => !ids.includes(id));
	const sides = [...chosen, ...alone.map((id) => [id])].map((side) => side.join(", "));
	return { servers: idsOf(stage), text: `parted ${sides.join(" | ")}` };
}

export async function oneWay(
	stage: Stage,
	pick: Pick,
	pair: readonly [ServerChoice, ServerChoice],
): Promise<PerformedFault> {
	const [from = 0, to = 0] = await distinct(stage, pick, pair);
	const { network } = stage.hands;
	await mustHave(network?.oneWay, "close one way").call(network, from, to);
	return { servers: [from, to], text: `nothing from ${from} arrives at ${to}` };
}

export async function heal(stage: Stage): Promise<PerformedFault> {
	await mustHave(stage.hands.network, "heal the network").heal();
	return { servers: idsOf(stage), text: "everybody reaches everybody" };
}

/** Those with ids first, so that nobody is chosen by role who is named as well. */
async function distinct(stage: Stage, pick: Pick, choices: readonly ServerChoice[]): Promise<number[]> {
	const ids: number[] = choices.map((choice) => (typeof choice === "number" ? choice : 0));
	for (const [i, choice] of choices.entries()) {
		const others = ids.filter((_, j) => j !== i);
		ids[i] = await choose(
			stage,
			pick,
			choice,
			idsOf(stage).filter((id) => !others.includes(id)),
		);
	}
	return ids;
}
