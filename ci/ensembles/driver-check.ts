import type { EnsembleDriver, Fault, MemberRole } from "../../conformance/drivers/ensemble-driver.js";
import { LateError, waitFor } from "./bounded-wait.js";

const timeoutMs = 60_000;

/** A fault, and what is seen of it. */
interface Check {
	readonly fault: (leader: number) => Fault;
	readonly what: string;
	/** Told who led before, and who serves as what now. */
	readonly seen: (leader: number, roles: ReadonlyMap<number, MemberRole | undefined>) => boolean;
}

type Roles = Parameters<Check["seen"]>[1];

const another = (leader: number, roles: Roles): boolean =>
	[...roles].some(([id, role]) => id !== leader && role === "leader") && roles.get(leader) !== "leader";
const others = (leader: number): number[] => [1, 2, 3].filter((id) => id !== leader);

const checks: readonly Check[] = [
	{ fault: () => ({ kill: "leader" }), what: "another leads", seen: another },
	{ fault: () => ({ stop: "leader" }), what: "another leads", seen: another },
	{ fault: () => ({ pause: "leader" }), what: "another leads", seen: another },
	{
		fault: (leader) => ({ partition: [[leader, 4], others(leader)] }),
		what: "another leads, the observer serves nobody",
		seen: (leader, roles) => another(leader, roles) && roles.get(4) === undefined,
	},
	{
		fault: (leader) => ({ oneWay: [leader, others(leader)[0] ?? 0] }),
		what: "who does not hear the leader serves nobody",
		seen: (leader, roles) => roles.get(others(leader)[0] ?? 0) === undefined,
	},
	{
		fault: () => ({ kill: "majority" }),
		what: "nobody serves",
		seen: (_, roles) => [...roles.values()].every((role) => role === undefined),
	},
	{
		fault: () => ({ kill: "all" }),
		what: "nobody serves",
		seen: (_, roles) => [...roles.values()].every((role) => role === undefined),
	},
];

/** Does each of these to three voters and an observer, and heals them; gives what was not as it should be, one line each. */
export async function checkDriver(driver: EnsembleDriver, say: (line: string) => void): Promise<string[]> {
	const problems: string[] = [];
	for (const check of checks) {
		const problem = await performed(driver, check, say);
		if (problem !== undefined) problems.push(`${driver.name}: ${problem}`);
		await driver.heal();
	}
	return problems;
}

async function performed(
	driver: EnsembleDriver,
	check: Check,
	say: (line: string) => void,
): Promise<string | undefined> {
	const { fault, what, seen } = check;
	const leader = [...(await rolesOf(driver))].find(([, role]) => role === "leader")?.[0] ?? 0;
	const { text } = await driver.perform(fault(leader), () => 0);
	try {
		await waitFor(what, timeoutMs, async () => (seen(leader, await rolesOf(driver)) ? true : undefined));
		say(`ok   ${driver.name}: ${text}: ${what}`);
		return undefined;
	} catch (error) {
		if (!(error instanceof LateError)) throw error;
		return `${text}: ${error.message}: ${JSON.stringify([...(await rolesOf(driver))])}`;
	}
}

async function rolesOf(driver: EnsembleDriver): Promise<Roles> {
	const roles = driver.members.map(async ({ id }) => [id, await driver.roleOf(id)] as const);
	return new Map(await Promise.all(roles));
}
