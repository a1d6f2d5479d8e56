import type { Codec } from "../client/codec.js";
import type { Address } from "../client/connection.js";
import type { ScenarioEnvironment } from "../scenario/environment.js";
import { describeAddress } from "./address.js";
import type { Options } from "./options.js";
import type { Probe } from "./probe.js";
import { newestVersion } from "./version.js";
import { askWord } from "./words.js";

/** What servers say of themselves to the word `srvr`. */
function roleByWord(addresses: readonly Address[], timeoutMs: number): ScenarioEnvironment["roleOf"] {
	return async (id) => {
		const address = addresses[id - 1];
		if (address === undefined) return undefined;
		const mode = /^Mode: ([\w-]+)$/m.exec(await askWord(address, "srvr", timeoutMs))?.[1];
		return mode === "read-only" ? "readOnly" : roles.find((role) => role === mode);
	};
}

const roles = ["leader", "follower", "observer", "standalone"] as const;

/** What a client of the target needs to know before anything was asked. */
export function environmentOf(codec: Codec, addresses: readonly Address[], options: Options): ScenarioEnvironment {
	return {
		codec,
		addresses,
		roleOf: roleByWord(addresses, options.timeoutMs),
		driver: undefined,
		facts: {},
		root: "",
		replyTimeoutMs: options.timeoutMs,
		super: options.super,
		seed: options.seed,
		flip: undefined,
		trace: () => undefined,
	};
}

/** What the connections of all scenarios together may be: well below what the target allows one address. */
export function connectionsMaxOf(probe: Probe): number {
	const allowed = Number(probe.facts.maxClientCnxns ?? standardConnectionsMax);
	return allowed === 0 ? Number.POSITIVE_INFINITY : Math.max(3, Math.floor(allowed * 0.75) - 3);
}

/** Apache's own limit for one address, assumed where the target does not say. */
const standardConnectionsMax = 60;

const features = ["ttl", "containers", "enforceQuota", "super", "quiet"];

/** What was found, in a few lines for people. */
export function describeProbe(addresses: readonly Address[], probe: Probe, version: string): readonly string[] {
	const { facts, words, operations } = probe;
	const has = features.filter((name) => facts[name] === true);
	const lacks = features.filter((name) => facts[name] === false);
	const open = features.filter((name) => facts[name] === undefined);
	const said = probe.versionLine ?? "does not say what it is";
	const assumed = probe.version === version ? "" : `; taken for ZooKeeper ${version}`;
	const newest = probe.version === undefined && version === newestVersion ? ", the newest that is known here" : "";
	const lines = [
		`target     ${addresses.map(describeAddress).join(", ")}: ${said}${assumed}${newest}`,
		`timeouts   session ${facts.minSessionTimeout} to ${facts.maxSessionTimeout} ms, tick ${facts.tickTime} ms`,
		`has        ${has.join(", ") || "none of the optional features"}${lacks.length ? `; not ${lacks.join(", ")}` : ""}${open.length ? `; unknown ${open.join(", ")}` : ""}`,
		`words      ${words.answered.length} of ${words.answered.length + words.refused.length} four-letter words answered${words.refused.length === 0 ? "" : `; not ${words.refused.join(", ")}`}`,
		`operations ${operations.answered.length} of ${operations.answered.length + operations.refused.length} that were asked are known${operations.refused.length === 0 ? "" : `; not ${operations.refused.join(", ")}`}`,
	];
	return lines;
}
