import { describeValue, isFields, type Value } from "../../conformance/client/value.js";
import { mapTexts } from "./program.js";

const zxidFields = new Set(["czxid", "mzxid", "pzxid", "zxid"]);
/** Identities too are a set: those of whoAmI, and those that stand in an ACL for its creator. */
const unorderedLists = new Set(["children", "ephemerals", "clientInfo", "acl"]);

/**
 * Makes what one server says comparable with what another says to the same program: zxids count from the start of the
 * program, times are named by their transaction, session ids by their client, and the program's root is `$root`.
 */
export class Relative {
	readonly #root: string;
	readonly #base: bigint;
	readonly #sessions = new Map<bigint, string>();
	readonly #times = new Map<bigint, bigint>();

	/** @param base the zxid of the transaction that made `root` */
	constructor(root: string, base: bigint) {
		this.#root = root;
		this.#base = base;
	}

	get root(): string {
		return this.#root;
	}

	name(sessionId: bigint, name: string): void {
		this.#sessions.set(sessionId, name);
	}

	of(value: Value): Value {
		return this.#fields(mapTexts(value, (text) => text.replaceAll(this.#root, "$root")));
	}

	#fields(value: Value): Value {
		if (Array.isArray(value)) return (value as readonly Value[]).map((each) => this.#fields(each));
		if (!isFields(value)) return value;
		return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#field(name, each, value)]));
	}

	#field(name: string, value: Value, { czxid, mzxid }: { readonly [field: string]: Value }): Value {
		if (zxidFields.has(name) && typeof value === "bigint") return this.#zxid(value);
		if (name === "ctime") return this.#time(czxid as bigint, value as bigint);
		if (name === "mtime") return this.#time(mzxid as bigint, value as bigint);
		if ((name === "ephemeralOwner" || name === "sessionId") && typeof value === "bigint") return this.#session(value);
		if (unorderedLists.has(name) && Array.isArray(value)) return sorted(value);
		return this.#fields(value);
	}

	#zxid(zxid: bigint): Value {
		if (zxid <= 0n) return String(zxid);
		return zxid < this.#base ? "earlier" : `+${zxid - this.#base}`;
	}

	/** All that one transaction did has one time. */
	#time(zxid: bigint, time: bigint): Value {
		if (zxid < this.#base) return "earlier";
		const known = this.#times.get(zxid);
		if (known === undefined) this.#times.set(zxid, time);
		return known === undefined || known === time ? `that of ${this.#zxid(zxid)}` : `not that of ${this.#zxid(zxid)}`;
	}

	#session(id: bigint): Value {
		return id === 0n ? "none" : (this.#sessions.get(id) ?? "unknown");
	}
}

function sorted(values: readonly Value[]): Value {
	return [...values].sort((one, other) => (describeValue(one) < describeValue(other) ? -1 : 1));
}
