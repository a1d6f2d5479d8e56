import type { Address } from "../client/connection.js";
import { askedRole } from "./asked-role.js";
import { ClientDoors } from "./client-doors.js";
import type { EnsembleDriver } from "./ensemble-driver.js";
import { factsOf } from "./facts.js";
import { fourLetterWord } from "./four-letter-word.js";
import type { HurtMember } from "./hands.js";
import { HurtEnsemble } from "./hurt-ensemble.js";

/** For servers that somebody else runs: only what is between them and their clients can be hurt. */
export async function startExternalDriver(addresses: readonly Address[]): Promise<EnsembleDriver> {
	const members = await foreignMembers(addresses);
	return new HurtEnsemble({
		name: "external",
		members,
		facts: await foreignFacts(members),
		hands: { stopAll: async () => undefined },
		doors: await ClientDoors.open(members),
	});
}

/** Ids in the order of the addresses; who does not say that it is an observer is taken for a voter. */
export function foreignMembers(addresses: readonly Address[]): Promise<HurtMember[]> {
	const asked = addresses.map(async (address, i) => {
		return { id: i + 1, votes: (await askedRole(address)) !== "observer", address };
	});
	return Promise.all(asked);
}

/** What the first that says it says of its settings; none where `conf` is not allowed. */
export async function foreignFacts(members: readonly HurtMember[]): Promise<EnsembleDriver["facts"]> {
	for (const { address } of members) {
		const said = await fourLetterWord(address, "conf");
		const lines = [...said.matchAll(/^([a-zA-Z][\w.]*)=(.+)$/gm)].filter(([, key]) => !key?.startsWith("server."));
		if (lines.length > 0) return factsOf(Object.fromEntries(lines.map(([, key, text]) => [key, text])));
	}
	return {};
}
