import type { Credentials, ScenarioEnvironment } from "../scenario/environment.js";
import type { Sandbox } from "../scenario/sandbox.js";
import { UnreachableError } from "../scenario/verdict.js";
import { mustGreet } from "./greeting.js";

/** Where scenarios run: a target, and who makes and removes the node of each of them. */
export interface Ground {
	/** Without root; each run gets its own. */
	readonly environment: ScenarioEnvironment;
	makeRoot(name: string): Promise<string>;
	/** Returns what could not be removed. */
	remove(root: string, identities: readonly Credentials[]): Promise<readonly string[]>;
	/** Why the target does not serve any more; undefined while it does. */
	whyDead(): Promise<string | undefined>;
	/** Only one scenario uses this target: its end is not the end of the run. */
	readonly disposable: boolean;
}

/** The suite's own node on a target that all scenarios share. */
export function sharedGround(environment: ScenarioEnvironment, sandbox: Sandbox): Ground {
	return {
		environment,
		makeRoot: (name) => sandbox.makeRoot(name),
		remove: (root, identities) => sandbox.remove(root, identities),
		whyDead: deathWatch(environment),
		disposable: false,
	};
}

/** A target on which nothing is made beforehand: the scenario's root is only a name. */
export function untouchedGround(environment: ScenarioEnvironment, disposable: boolean): Ground {
	return {
		environment,
		makeRoot: (name) => Promise.resolve(`/${name}`),
		remove: () => Promise.resolve([]),
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
