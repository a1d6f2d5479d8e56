import picomatch from "picomatch";
import type { Divergence, Profile } from "../../spec/load/profile.js";
import { SpecError } from "../../spec/load/spec-error.js";
import type { Scenario } from "../scenario/step.js";
import type { Violation } from "../scenario/verdict.js";
import type { Outcome } from "./outcome.js";
import type { Suite } from "./suite.js";
import { isInRange } from "./version.js";

/** What a profile says of the scenarios of a suite, for one version of its server. */
export class Divergences {
	readonly #byScenario: ReadonlyMap<string, Divergence>;
	/** Those that concern this version. */
	readonly applying: readonly Divergence[];

	/**
	 * @param standalone whether the server is one; undefined where that is not known
	 * @throws SpecError for an entry that matches no scenario, or of histories no clause
	 */
	constructor(profile: Profile | undefined, suite: Suite, version: string, standalone?: boolean) {
		const all = profile?.divergences ?? [];
		const found = all.map((divergence) => ({ divergence, scenarios: scenariosOf(divergence, suite) }));
		const useless = found.find(({ divergence, scenarios }) => !isUsed(divergence, scenarios, suite))?.divergence;
		if (useless !== undefined)
			throw new SpecError(
				useless.where,
				`${useless.kind} "${useless.glob}" matches nothing; remove or correct the entry`,
			);
		const here = standalone === undefined ? undefined : standalone ? "standalone" : "ensemble";
		const isHere = ({ on }: Divergence): boolean => on === undefined || on === here;
		const ofScenarios = found.filter(({ scenarios }) => scenarios.length > 0);
		const applying = ofScenarios.filter(
			({ divergence }) => isInRange(version, divergence.versions) && isHere(divergence),
		);
		this.applying = applying.map(({ divergence }) => divergence);
		this.#byScenario = new Map(
			applying.flatMap(({ divergence, scenarios }) => scenarios.map(({ id }) => [id, divergence])),
		);
	}

	of(scenario: Scenario): Divergence | undefined {
		return this.#byScenario.get(scenario.id);
	}

	violated(scenario: Scenario, violation: Violation): Outcome {
		const known = this.of(scenario);
		if (known === undefined) return { type: "violated", violation };
		return { type: "divergent", violation, reason: known.reason, link: known.link };
	}

	kept(scenario: Scenario): Outcome {
		const known = this.of(scenario);
		if (known === undefined) return { type: "kept" };
		return { type: "unexpectedlyKept", reason: known.reason, link: known.link };
	}
}

function isUsed({ kind, glob }: Divergence, scenarios: readonly Scenario[], suite: Suite): boolean {
	if (kind !== "history") return scenarios.length > 0;
	return [...suite.clauses.keys()].some((id) => picomatch.isMatch(id, glob));
}

function scenariosOf({ kind, glob }: Divergence, suite: Suite): readonly Scenario[] {
	if (kind === "history") return [];
	if (kind === "scenario") return suite.scenarios.filter(({ id }) => idMatches(id, glob));
	return suite.scenarios.filter(({ covers }) => covers.some((id) => idMatches(id, glob)));
}

/** A row of a table of cases is meant by its own id and by that of the whole table. */
function idMatches(id: string, glob: string): boolean {
	const plain = id.replace(/\[\d+\]$/, "");
	return id === glob || picomatch.isMatch(plain, glob);
}
