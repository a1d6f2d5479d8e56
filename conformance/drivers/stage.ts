import type { Service } from "./asked-role.js";
import { chooseOne } from "./choosing.js";
import type { ClientDoors } from "./client-doors.js";
import { FaultError, type MemberRole, type PerformedFault, type ServerChoice } from "./ensemble-driver.js";
import type { Hands, HurtMember } from "./hands.js";

export interface Disk {
	readonly full: boolean;
	readonly flushMs: number;
}

/** What faults are done to, and what is known of those that were done. */
export interface Stage {
	readonly members: readonly HurtMember[];
	readonly hands: Hands;
	readonly doors: ClientDoors | undefined;
	/** Ended here and not started again. */
	readonly down: Set<number>;
	readonly paused: Set<number>;
	/** Other than well. */
	readonly disks: Map<number, Disk>;
	/** The driver has been stopped: nothing may be started any more. */
	isOver: boolean;
	roleOf(id: number): Promise<MemberRole | undefined>;
	serviceOf(id: number): Promise<Service>;
}

/** @throws FaultError when the driver has been stopped */
export function mustGoOn({ isOver }: Stage): void {
	if (isOver) throw new FaultError("the ensemble has been stopped");
}

export type Pick = (n: number) => number;

export function isRunning({ hands, down }: Stage, id: number): boolean {
	return hands.isRunning?.(id) ?? !down.has(id);
}

export const idsOf = ({ members }: Stage): number[] => members.map(({ id }) => id);
export const runningIds = (stage: Stage): number[] => idsOf(stage).filter((id) => isRunning(stage, id));

/** Those that run and would notice. */
export const awakeIds = (stage: Stage): number[] => runningIds(stage).filter((id) => !stage.paused.has(id));

/** @throws FaultError when there is none of these that is meant */
export function choose(
	stage: Stage,
	pick: Pick,
	choice: ServerChoice,
	from: readonly number[] = idsOf(stage),
): Promise<number> {
	return chooseOne(choice, from, { roleOf: stage.roleOf, pick });
}

/** What this driver has for that. */
export function mustHave<Thing>(thing: Thing | undefined, what: string): Thing {
	if (thing === undefined) throw new FaultError(`this driver can not ${what}`);
	return thing;
}

/** `what` says it of the servers: `killed`; `choice` is how they were named, when that was not by their ids. */
export function performed(what: string, servers: readonly number[], choice?: unknown): PerformedFault {
	const named = typeof choice === "string" ? ` (${choice})` : "";
	return { servers, text: `${what} ${servers.length === 0 ? "nobody" : servers.join(", ")}${named}` };
}
