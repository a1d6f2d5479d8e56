import path from "node:path";
import { packageRoot } from "../../spec/load/package-root.js";
import { namespacesUnavailable } from "../ensembles/namespaces.js";
import { unavailable } from "../peers/class-path.js";

/** Somewhere that the whole set can be run. */
export interface Ground {
	readonly name: string;
	/** Options of `zkspec` and of `zkspec workload` that lead there. */
	readonly options: readonly string[];
	/** What of the conformance suite there is to run there; all of it if empty. */
	readonly only: readonly string[];
	/** Why it is not here, if it is not. */
	readonly missing: () => string | undefined;
}

const nothingMissing = (): undefined => undefined;

/** What is said of whole ensembles: what one server promises needs no other ground than the first. */
const ofEnsembles = ["ensemble-*", "recipe-*"];

function driven(name: string, module: string, missing: Ground["missing"]): Ground {
	return {
		name,
		options: ["--driver", `module:${path.join(packageRoot, "dist", "ci", "ensembles", `${module}.js`)}`],
		only: [],
		missing,
	};
}

export const grounds: readonly Ground[] = [
	{ name: "bundled-3", options: ["--servers", "3"], only: [], missing: nothingMissing },
	{ name: "bundled-5", options: ["--servers", "5"], only: [], missing: nothingMissing },
	driven("bundled-namespaces", "namespaces-driver", namespacesUnavailable),
	driven("apache-3.8.0", "apache-3.8.0-driver", () => unavailable("3.8.0")),
	driven(
		"apache-3.8.0-namespaces",
		"apache-3.8.0-namespaces-driver",
		() => unavailable("3.8.0") ?? namespacesUnavailable(),
	),
	{ name: "simulator", options: ["--driver", "simulator"], only: ofEnsembles, missing: nothingMissing },
];
