import picomatch from "picomatch";
import type { Divergence } from "../../../spec/load/profile.js";
import type { Address } from "../../client/connection.js";
import { fourLetterWord } from "../../drivers/four-letter-word.js";
import { chooseProfile } from "../profile-choice.js";
import { isInRange, maybeVersion } from "../version.js";

/** What servers of this kind and version are known to do differently, as far as histories can show it. */
export interface KnownFaults {
	/** For people: `Apache ZooKeeper 3.8.0: known faults ZOOKEEPER-4466`; undefined where there are none. */
	readonly title: string | undefined;
	of(clause: string): Divergence | undefined;
}

const nothingKnown: KnownFaults = { title: undefined, of: () => undefined };

/**
 * Asks the first server that says what it is; `asked` as the command line has it.
 * @throws UsageError for a profile that does not exist, SpecError for a wrong one
 */
export async function knownFaultsOf(asked: string | undefined, servers: readonly Address[]): Promise<KnownFaults> {
	const line = await versionLineOf(servers);
	const profile = chooseProfile(asked, line);
	const version = line === undefined ? undefined : maybeVersion(line);
	if (profile === undefined || version === undefined) return nothingKnown;
	const applying = profile.divergences.filter(
		({ kind, versions }) => kind !== "scenario" && isInRange(version, versions),
	);
	if (applying.length === 0) return nothingKnown;
	const links = [...new Set(applying.map(({ link }) => link))];
	return {
		title: `${profile.server} ${version}: known faults ${links.join(", ")}`,
		of: (clause) => applying.find(({ glob }) => picomatch.isMatch(clause, glob)),
	};
}

async function versionLineOf(servers: readonly Address[]): Promise<string | undefined> {
	for (const server of servers) {
		const [line] = (await fourLetterWord(server, "srvr")).split("\n");
		if (line !== undefined && maybeVersion(line) !== undefined) return line;
	}
	return undefined;
}
