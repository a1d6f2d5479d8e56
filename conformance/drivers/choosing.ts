import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultError, type MemberRole, type ServerChoice } from "./ensemble-driver.js";

/** What a choice by role is made with. */
interface Chooser {
	roleOf(id: number): Promise<MemberRole | undefined>;
	/** A number from 0 to below n. */
	pick(n: number): number;
}

export type Group = "minority" | "majority" | "all";

/** An election may be under way when somebody wants to hurt the leader. */
const roleTimeoutMs = 10_000;
const pollMs = 20;

/**
 * The server that is meant, of these.
 * @throws FaultError when there is none
 */
export async function chooseOne(
	choice: ServerChoice,
	candidates: readonly number[],
	{ roleOf, pick }: Chooser,
): Promise<number> {
	if (typeof choice === "number") return mustBeIn(choice, candidates);
	if (choice === "any") return mustPick("any", candidates, pick);
	return mustPick(choice, await havingRole(choice, candidates, roleOf), pick);
}

function mustBeIn(id: number, candidates: readonly number[]): number {
	if (candidates.includes(id)) return id;
	const others = candidates.length === 0 ? "none" : `only ${candidates.join(", ")}`;
	throw new FaultError(`server ${id} is not there to have this done to it: ${others} would be`);
}

function mustPick(what: string, ids: readonly number[], pick: (n: number) => number): number {
	const id = ids.length === 0 ? undefined : ids[pick(ids.length)];
	if (id === undefined) throw new FaultError(`there is no server to choose for "${what}"`);
	return id;
}

async function havingRole(
	role: MemberRole,
	ids: readonly number[],
	roleOf: Chooser["roleOf"],
): Promise<readonly number[]> {
	for (const deadlineMs = performance.now() + roleTimeoutMs; ; await sleep(pollMs)) {
		const roles = await Promise.all(ids.map(roleOf));
		const found = ids.filter((_, i) => roles[i] === role);
		if (found.length > 0 || performance.now() > deadlineMs) return found;
	}
}

/**
 * Those voters that have to go down so that this many are. One that is down already counts: killing a minority twice
 * must not leave the ensemble without a quorum.
 */
export function chooseGroup(
	group: Group,
	voters: readonly number[],
	down: ReadonlySet<number>,
	pick: (n: number) => number,
): number[] {
	const running = voters.filter((id) => !down.has(id));
	const missing = groupSize(group, voters.length) - (voters.length - running.length);
	return Array.from({ length: Math.max(0, missing) }, () => running.splice(pick(running.length), 1)).flat();
}

function groupSize(group: Group, voters: number): number {
	if (group === "all") return voters;
	return group === "majority" ? Math.floor(voters / 2) + 1 : Math.ceil(voters / 2) - 1;
}
