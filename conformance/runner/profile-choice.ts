import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { didYouMean } from "../../spec/load/nearest.js";
import { packageRoot } from "../../spec/load/package-root.js";
import { type Profile, readProfile } from "../../spec/load/profile.js";
import { UsageError } from "./exit-code.js";

const folder = path.join(packageRoot, "spec", "profiles");

/**
 * The profile that was asked for, or else the one whose `detect` matches what the server says of itself.
 * @throws UsageError for a name or file that does not exist, SpecError for a wrong file
 */
export function chooseProfile(asked: string | undefined, versionLine: string | undefined): Profile | undefined {
	if (asked === "none") return undefined;
	if (asked !== undefined) return readProfile(fileOf(asked));
	if (versionLine === undefined) return undefined;
	return bundledNames()
		.map((name) => readProfile(path.join(folder, `${name}.yaml`)))
		.find(({ detect }) => detect.test(versionLine));
}

function fileOf(asked: string): string {
	const bundled = path.join(folder, `${asked}.yaml`);
	if (existsSync(bundled)) return bundled;
	if (existsSync(asked)) return asked;
	const names = bundledNames();
	const known = `; known names: ${["none", ...names].join(", ")}`;
	throw new UsageError(`--profile ${asked}: no such name or file${didYouMean(asked, names) || known}`);
}

function bundledNames(): readonly string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder)
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => name.slice(0, -".yaml".length))
		.sort();
}
