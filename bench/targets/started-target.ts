import { waitFor } from "../../ci/ensembles/bounded-wait.js";
import { Ensemble } from "../../ci/ensembles/ensemble.js";
import type { Kind, Member } from "../../ci/ensembles/member.js";
import { abortable } from "../load/abortable.js";
import { askedRole } from "./asked-role.js";
import { maybeProcessUsage } from "./process-usage.js";
import type { HttpDoors, Target } from "./target.js";

/** Beside what ensembles here have anyway: Apache's own defaults, for all subjects alike. */
const settings = { preAllocSize: "65536", snapCount: "100000", forceSync: "yes" };
/** No collector named: Java chooses, as in Debian's package. The serial and the parallel one were no faster. */
const java = ["-Xmx1g"];

/** Any free ports; the server's log says which. */
const httpSettings = { "rest.port": "0", "admin.enableServer": "true", "admin.serverPort": "0" };

/** Behind the moment at which it serves. */
const doorsMs = 5000;

export interface StartOptions {
	readonly subject: string;
	readonly kind: Kind;
	readonly servers: number;
	/** The folder of another build of the project, whose reference is started instead of this one's. */
	readonly build?: string;
	/** Only the reference: the gateway and the admin endpoint. */
	readonly http?: boolean;
	/** Gives up waiting: `startTarget` rejects with its reason, and nothing runs. */
	readonly signal: AbortSignal;
}

/** Starts servers on this machine, one alone or an ensemble, and waits until they serve. */
export async function startTarget(wish: StartOptions): Promise<Target> {
	const { subject, kind, servers, build, http = false, signal } = wish;
	const wishes = Array.from({ length: servers }, () => ({ kind }));
	const options = { settings: http ? { ...settings, ...httpSettings } : settings, java };
	const ensemble = await Ensemble.create(wishes, { ...options, ...(build === undefined ? {} : { build }) });
	try {
		ensemble.startAll();
		await abortable(ensemble.serving(), signal);
		return targetOf(subject, ensemble, http ? await Promise.all(ensemble.members.map(httpDoorsOf)) : undefined);
	} catch (error) {
		await ensemble.remove();
		throw error;
	}
}

function targetOf(subject: string, ensemble: Ensemble, http: Target["http"]): Target {
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
		http,
		stop: async () => {
			await ensemble.remove();
		},
	};
}

function httpDoorsOf(member: Member): Promise<HttpDoors> {
	return waitFor(`${member.name} answers HTTP`, doorsMs, async () => {
		const [gateway, admin] = ["REST gateway", "admin server"].map(
			(name) => new RegExp(`${name}: listening on \\S+:(\\d+)`).exec(member.log())?.[1],
		);
		if (gateway === undefined || admin === undefined) return undefined;
		const { host } = member.place;
		return { gateway: { host, port: Number(gateway) }, admin: { host, port: Number(admin) } };
	});
}
