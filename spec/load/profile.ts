import type { Place } from "./spec-error.js";
import { SpecError } from "./spec-error.js";
import { readYamlFile } from "./yaml-file.js";

/** Something that a server is known to do differently. */
export interface Divergence {
	/** What the glob names; `history`: a clause that histories may show to be broken, whatever its scenarios do. */
	readonly kind: "scenario" | "clause" | "history";
	readonly glob: string;
	/** A semver range of the server's versions. */
	readonly versions: string;
	/** Where it is so: on members of ensembles only, or on standalone servers only; undefined: on both. */
	readonly on: "ensemble" | "standalone" | undefined;
	readonly reason: string;
	readonly link: string;
	readonly where: Place;
}

/** What is known of one kind of server. */
export interface Profile {
	readonly file: string;
	readonly server: string;
	/** Matches the first line of the answer to `srvr`. */
	readonly detect: RegExp;
	readonly divergences: readonly Divergence[];
}

interface RawProfile {
	readonly server: string;
	readonly detect: string;
	readonly divergences: readonly {
		readonly scenario?: string;
		readonly clause?: string;
		readonly history?: string;
		readonly versions: string;
		readonly on?: Divergence["on"];
		readonly reason: string;
		readonly link: string;
	}[];
}

/** @throws SpecError for a wrong file or a `detect` that is no regular expression */
export function readProfile(file: string): Profile {
	const yaml = readYamlFile(file, "profile");
	const raw = yaml.value as RawProfile;
	const divergences = raw.divergences.map(({ scenario, clause, history, on, ...rest }, i): Divergence => {
		const kind = history !== undefined ? "history" : clause === undefined ? "scenario" : "clause";
		return { ...rest, on, kind, glob: history ?? clause ?? scenario ?? "", where: yaml.at(["divergences", i]) };
	});
	return { file, server: raw.server, detect: detector(raw.detect, yaml.at(["detect"])), divergences };
}

function detector(pattern: string, where: Place): RegExp {
	try {
		return new RegExp(pattern);
	} catch (error) {
		throw new SpecError(where, `detect is not a regular expression: ${(error as Error).message}`);
	}
}
