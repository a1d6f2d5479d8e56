import type { Credentials, ScenarioEnvironment } from "../scenario/environment.js";
import type { Sandbox } from "../scenario/sandbox.js";
import type { Scenario } from "../scenario/step.js";
import { UnreachableError } from "../scenario/verdict.js";
import { mustGreet } from "./greeting.js";

/** Where one run of one scenario takes place. */
export interface Plot {
	readonly environment: ScenarioEnvironment;
	/** Returns what could not be removed. */
	remove(identities: readonly Credentials[]): Promise<readonly string[]>;
}

/** Where scenarios run: a target, and who makes and removes the node of each of them. */
export interface Ground {
	/** Without root; each run gets its own. */
	readonly environment: ScenarioEnvironment;
	/** `number` counts the runs: of an ensemble, each takes the next server. */
	makePlot(scenario: Scenario, name: string, number: number): Promise<Plot>;
	/** Ends what was opened for it; the suite's node stays. */
	leave(): Promise<void>;
	/** Why the target does not serve any more; undefined while it does. */
	whyDead(): Promise<string | undefined>;
	/** Only one scenario uses this target: its end is not the end of the run. */
	readonly disposable: boolean;
}

/** The suite's own node on a target that all scenarios share. */
export async function sharedGround(environment: ScenarioEnvironment, sandbox: Sandbox): Promise<Ground> {
	const { addresses } = environment;
	const others = await Promise.all(addresses.slice(1).map((address) => sandbox.by(address)));
	const sandboxes = [sandbox, ...others];
	return {
		environment,
		// Servers see a change at different times, so clients of a scenario that names no servers are all on one, by way of
		// which the node is made: who has seen that has seen all that came before.
		async makePlot(scenario, name, number) {
			const at = number % addresses.length;
			const by = sandboxes[at] ?? sandbox;
			const root = await by.makeRoot(name);
			const remove = (identities: readonly Credentials[]) => by.remove(root, identities);
			const own = addresses.slice(at, at + 1);
			if (scenario.servers === undefined) return { environment: { ...environment, root, addresses: own }, remove };
			await Promise.all(sandboxes.map((each) => each.catchUp()));
			return { environment: { ...environment, root }, remove };
		},
		async leave() {
			await Promise.all(others.map((each) => each.leave()));
		},
		whyDead: deathWatch(environment),
		disposable: false,
	};
}

/** A target on which nothing is made beforehand: the scenario's root is only a name. */
export function untouchedGround(environment: ScenarioEnvironment, disposable: boolean): Ground {
	return {
		environment,
		makePlot: (_, name) =>
			Promise.resolve({ environment: { ...environment, root: `/${name}` }, remove: () => Promise.resolve([]) }),
		leave: () => Promise.resolve(),
		whyDead: deathWatch(environment),
		disposable,
	};
}

/** Several scenarios may ask at the same moment; they share one answer. */
function deathWatch(environment: ScenarioEnvironment): () => Promise<string | undefined> {
	let asking: Promise<string | undefined> | undefined;
	const askNow = async (): Promise<string | undefined> => {
		try {
			await mustGreet(environment);
			return undefined;
		} catch (error) {
			if (error instanceof UnreachableError) return `the target stopped serving: ${error.message}`;
			throw error;
		} finally {
			asking = undefined;
		}
	};
	return () => {
		asking ??= askNow();
		return asking;
	};
}
