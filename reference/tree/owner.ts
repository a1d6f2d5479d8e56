/** What the 64-bit ephemeralOwner of a node says about it. */
export type NodeKind = "persistent" | "ephemeral" | "container" | "ttl";

const ttlBits = 0xff_ffff_ffffn;

export const containerOwner = BigInt.asIntN(64, 0x8000_0000_0000_0000n);

const ttlMask = BigInt.asIntN(64, 0xff00_0000_0000_0000n);

export function ttlOwner(ttlMs: number): bigint {
	return ttlMask | BigInt(ttlMs);
}

export function ttlMsOf(owner: bigint): number {
	return Number(owner & ttlBits);
}

export function kindOf(owner: bigint): NodeKind {
	if (owner === 0n) return "persistent";
	if (owner === containerOwner) return "container";
	// A server id of 255 would make session ids look like TTLs; Apache forbids it when extended types are on.
	return (owner & ttlMask) === ttlMask ? "ttl" : "ephemeral";
}
