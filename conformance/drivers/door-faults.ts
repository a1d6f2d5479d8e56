import type { ClientDoors } from "./client-doors.js";
import type { Fault, PerformedFault, ServerChoice } from "./ensemble-driver.js";
import { choose, idsOf, mustHave, type Pick, performed, type Stage } from "./stage.js";

type Cut = Extract<Fault, { readonly cut: unknown }>;
type Delay = Extract<Fault, { readonly delay: unknown }>;

/** Without a direction it is the reply that is cut: then nobody knows whether the call was performed. */
export async function cut(stage: Stage, pick: Pick, fault: Cut): Promise<PerformedFault> {
	const ids = await some(stage, pick, fault.cut);
	const doors = doorsOf(stage);
	const { afterBytes: bytes, direction = "toClient" } = fault;
	for (const id of ids) doors.cut(id, bytes === undefined ? undefined : { bytes, direction });
	const when = bytes === undefined ? "" : ` after ${bytes} bytes ${direction}`;
	return performed(`cut the clients${when} of`, ids, fault.cut);
}

export async function delay(stage: Stage, pick: Pick, fault: Delay): Promise<PerformedFault> {
	const ids = await some(stage, pick, fault.delay);
	const doors = doorsOf(stage);
	for (const id of ids) doors.delay(id, fault.ms);
	return performed(`${fault.ms} ms delay for clients of`, ids, fault.delay);
}

export async function halfOpen(stage: Stage, pick: Pick, whom: ServerChoice): Promise<PerformedFault> {
	const id = await choose(stage, pick, whom);
	doorsOf(stage).halfOpen(id);
	return performed("half-open clients of", [id], whom);
}

export async function refuse(stage: Stage, pick: Pick, whom: ServerChoice): Promise<PerformedFault> {
	const id = await choose(stage, pick, whom);
	doorsOf(stage).refuse(id);
	return performed("refused new clients of", [id], whom);
}

export async function open(stage: Stage, pick: Pick, whom: ServerChoice | "all"): Promise<PerformedFault> {
	const ids = await some(stage, pick, whom);
	const doors = doorsOf(stage);
	await Promise.all(ids.map((id) => doors.open(id)));
	return performed("open to clients:", ids, whom);
}

export async function swap(
	stage: Stage,
	pick: Pick,
	[whose, whereTo]: readonly [ServerChoice, ServerChoice],
): Promise<PerformedFault> {
	const from = await choose(stage, pick, whose);
	const to = await choose(
		stage,
		pick,
		whereTo,
		idsOf(stage).filter((id) => id !== from),
	);
	const target = stage.members.find(({ id }) => id === to)?.address;
	if (target !== undefined) doorsOf(stage).swap(from, target);
	return { servers: [from, to], text: `clients of ${from} are led to ${to}` };
}

async function some(stage: Stage, pick: Pick, whom: ServerChoice | "all"): Promise<readonly number[]> {
	return whom === "all" ? idsOf(stage) : [await choose(stage, pick, whom)];
}

function doorsOf({ doors }: Stage): ClientDoors {
	return mustHave(doors, "stand between clients and servers");
}
