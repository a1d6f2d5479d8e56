import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import type { Plan } from "../sim/plan.js";
import type { Failure } from "../sim/run.js";

/** A run that failed once, as small as it could be made. */
export interface Regression {
	readonly invariant: string;
	readonly message: string;
	/** The commit on which it was found, when that was known. */
	readonly commit: string | undefined;
	readonly plan: Plan;
}

const folder = fileURLToPath(new URL("../../../reference/sim/regressions", import.meta.url));

/** By file name. */
export function loadRegressions(): ReadonlyMap<string, Regression> {
	const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".yaml")) : [];
	return new Map(names.sort().map((name) => [name, parse(readFileSync(join(folder, name), "utf8")) as Regression]));
}

/** @returns the file */
export function saveRegression(plan: Plan, failure: Failure, commit: string | undefined): string {
	const { invariant, message } = failure;
	const words = invariant.replace(/[^A-Za-z0-9]+/g, "-").toLowerCase();
	const file = join(folder, `${words}-${plan.options.seed}.yaml`);
	mkdirSync(folder, { recursive: true });
	const first = message.split("\n")[0] ?? "";
	writeFileSync(
		file,
		stringify({ invariant, message: first, commit, plan }, { collectionStyle: "any", lineWidth: 118 }),
	);
	return file;
}
