import { capabilitiesOf, readOnlyAfterMsOf, serverConfigOf } from "../../reference/runtime/server-config.js";
import type { Settings } from "../../reference/runtime/settings.js";
import { configure } from "../../reference/runtime/zoo-cfg.js";
import { memberStarter } from "../../reference/sim/member-process.js";
import type { SimOptions } from "../../reference/sim/plan.js";
import type { ProcessWorld, Running } from "../../reference/sim/running.js";
import { hostOf, ports } from "../../reference/sim/sim-network.js";
import { parseEnsembleConfig } from "../../reference/zab/ensemble-config.js";

/** Keys of zoo.cfg with their values. */
export type ZooCfg = Readonly<Record<string, string>>;

/** As configuration files set members up. */
export interface MemberSetup {
	readonly settings: Settings;
	/** How each member starts. */
	start(world: ProcessWorld): Running;
}

/**
 * Members that are set up by these keys, beside the lines that say who belongs to the ensemble.
 * @throws ConfigError for an unknown key, or a value of the wrong kind
 */
export function memberSetup(
	zooCfg: ZooCfg,
	{ servers, observers }: Pick<SimOptions, "servers" | "observers">,
): MemberSetup {
	const assignments = Object.entries(zooCfg).map(([key, value]) => ({ place: key, valuePlace: key, key, value }));
	const { settings } = configure(assignments);
	const config = parseEnsembleConfig(serverLines(servers, observers));
	const folders = { snapshots: "", logs: "" };
	const capabilities = {
		...capabilitiesOf(folders),
		directoryBytes: () => ({ data: 0, log: 0 }),
	};
	const start = memberStarter(({ place }) => ({
		config,
		capabilities,
		server: { ...serverConfigOf(settings, folders), serverId: place, clientPort: ports.client },
		reconfigEnabled: settings.reconfigEnabled,
		readOnlyAfterMs: readOnlyAfterMsOf(settings),
		hasReception: true,
	}));
	return { settings, start };
}

function serverLines(servers: number, observers: number): [string, string][] {
	return Array.from({ length: servers + observers }, (_, index) => {
		const place = index + 1;
		const role = place <= servers ? "participant" : "observer";
		const host = hostOf(place);
		const line = `${host}:${ports.quorum}:${ports.election}:${role};${host}:${ports.client}`;
		return [`server.${place}`, line];
	});
}
