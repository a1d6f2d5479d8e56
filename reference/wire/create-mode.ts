import { limits } from "../lib/limits.js";
/** What the flags of a create mean. */
export interface CreateMode {
	readonly ephemeral: boolean;
	readonly sequential: boolean;
	readonly ttl: boolean;
}

const modes: readonly CreateMode[] = [
	{ ephemeral: false, sequential: false, ttl: false },
	{ ephemeral: true, sequential: false, ttl: false },
	{ ephemeral: false, sequential: true, ttl: false },
	{ ephemeral: true, sequential: true, ttl: false },
	// Container: only createContainer makes one; a create with this mode gives an ordinary node, but for one in a multi.
	{ ephemeral: false, sequential: false, ttl: false },
	{ ephemeral: false, sequential: false, ttl: true },
	{ ephemeral: false, sequential: true, ttl: true },
];

export const containerFlags = 4;

/** Undefined for flags that are no mode. */
export function maybeCreateMode(flags: number): CreateMode | undefined {
	return modes[flags];
}

export function isTtl(ttlMs: number): boolean {
	return ttlMs > 0 && ttlMs <= limits.ttlMsMax;
}
