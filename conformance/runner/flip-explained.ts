import { existsSync } from "node:fs";
import picomatch from "picomatch";
import { readYamlFile } from "../../spec/load/yaml-file.js";
import type { Expectation } from "../scenario/matcher.js";
import type { Scenario } from "../scenario/step.js";
import { UsageError } from "./exit-code.js";

/** An expectation that may be turned around without a failure, with the reason. */
export interface Explained {
	/** Scenario id, or a glob. */
	readonly scenario: string;
	/** What the expectation looks at, such as `reply.stat.ctime`, or a glob. */
	readonly subject: string;
	readonly reason: string;
}

/** @throws UsageError when there is no such file, SpecError for a wrong one */
export function readExplained(file: string): readonly Explained[] {
	if (!existsSync(file)) throw new UsageError(`--flip-explained ${file}: there is no such file`);
	return (readYamlFile(file, "flips").value as { explained: readonly Explained[] }).explained;
}

export function explains({ scenario, subject }: Explained, { id }: Scenario, expectation: Expectation): boolean {
	const names = [id, id.replace(/\[\d+\]$/, "")];
	const isScenario = names.includes(scenario) || names.some((name) => picomatch.isMatch(name, scenario));
	return isScenario && (subject === expectation.subject || picomatch.isMatch(expectation.subject, subject));
}
