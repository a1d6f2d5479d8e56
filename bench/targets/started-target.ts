import { Ensemble } from "../../ci/ensembles/ensemble.js";
import type { Kind } from "../../ci/ensembles/member.js";
import { askedRole } from "./asked-role.js";
import { maybeProcessUsage } from "./process-usage.js";
import type { Target } from "./target.js";

/** Beside what ensembles here have anyway: Apache's own defaults, for all subjects alike. */
const settings = { preAllocSize: "65536", snapCount: "100000", forceSync: "yes" };
/** No collector named: Java chooses, as in Debian's package. */
const java = ["-Xmx1g"];

export interface StartOptions {
	readonly subject: string;
	readonly kind: Kind;
	readonly servers: number;
	/** The folder of another build of the project, whose reference is started instead of this one's. */
	readonly build?: string;
}

/** Starts servers on this machine, one alone or an ensemble, and waits until they serve. */
export async function startTarget({ subject, kind, servers, build }: StartOptions): Promise<Target> {
	const wishes = Array.from({ length: servers }, () => ({ kind }));
	const ensemble = await Ensemble.create(wishes, { settings, java, ...(build === undefined ? {} : { build }) });
	try {
		ensemble.startAll();
		await ensemble.serving();
	} catch (error) {
		await ensemble.remove();
		throw error;
	}
	return targetOf(subject, ensemble);
}

function targetOf(subject: string, ensemble: Ensemble): Target {
	const { addresses, folder, members } = ensemble;
	return {
		subject,
		addresses,
		folder,
		roles: () => Promise.all(addresses.map(askedRole)),
		usages: () => members.map(({ pid }) => (pid === undefined ? undefined : maybeProcessUsage(pid))),
		hands: {
			kill: (id) => ensemble.member(id).kill(),
			end: (id) => ensemble.member(id).stop(),
			start: (id) => ensemble.start(ensemble.member(id)),
			serving: () => ensemble.serving(),
		},
		stop: async () => {
			await ensemble.remove();
		},
	};
}
