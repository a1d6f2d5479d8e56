import type { Breaches } from "../load/breaches.js";
import type { HttpValues } from "./http-values.js";

/** What a gateway answered. */
export interface Reply {
	readonly status: number;
	readonly body: string;
	/** As it was sent; undefined when there was none. */
	readonly tag: string | undefined;
}

interface Known {
	/** Writes that were acknowledged: the version that is due. */
	acknowledged: number;
	/** The last write was refused, is under way, or was when the load ended. */
	inDoubt: boolean;
	/** The part of the tag that stays the same for as long as the node is the same. */
	node: string | undefined;
}

const tagPattern = /^"(\d+)-(0x[0-9a-f]+)"$/;

/** What is known of each key, and whether replies agree with it. Each key has one writer, so its version counts its writes. */
export class KeyBook {
	readonly #values: HttpValues;
	readonly #breaches: Breaches;
	readonly #known: readonly Known[];

	constructor(keys: number, values: HttpValues, breaches: Breaches) {
		this.#values = values;
		this.#breaches = breaches;
		this.#known = Array.from({ length: keys }, () => ({ acknowledged: 0, inDoubt: false, node: undefined }));
	}

	/** What the next write of this key has to bring. */
	beginWrite(key: number): string {
		const known = this.#mustKnow(key);
		known.inDoubt = true;
		return this.#values.of(key, known.acknowledged + 1);
	}

	/** The reply to what `beginWrite` gave. */
	wrote(key: number, reply: Reply): void {
		const known = this.#mustKnow(key);
		const version = this.#versionOf(key, reply, 204);
		if (version === undefined) return;
		known.inDoubt = false;
		known.acknowledged++;
		if (version === known.acknowledged) return;
		const due = known.acknowledged;
		this.#breaches.add("data", () => `write ${due} of key ${key} made it version ${version}`);
		known.acknowledged = version;
	}

	/** The reply to a read, and the version that it has to show at least; gives the one that it shows. */
	read(key: number, reply: Reply, leastVersion: number): number {
		const version = this.#versionOf(key, reply, 200);
		if (version === undefined) return leastVersion;
		if (reply.body !== this.#values.of(key, version))
			this.#breaches.add("data", () => `key ${key} has version ${version} and shows ${shown(reply.body)}`);
		if (version < leastVersion)
			this.#breaches.add("stale-read", () => `key ${key} shows version ${version} after ${leastVersion} was seen`);
		return Math.max(version, leastVersion);
	}

	/** The version that the key's own writer has to see. */
	acknowledged(key: number): number {
		return this.#mustKnow(key).acknowledged;
	}

	/** At the end: whether this version is as new as what was acknowledged. */
	isSettled(key: number, version: number): boolean {
		return version >= this.#mustKnow(key).acknowledged;
	}

	/** At the end: nothing may be missing, and nothing there that nobody wrote. */
	audit(key: number, version: number, where: string): void {
		const { acknowledged, inDoubt } = this.#mustKnow(key);
		if (version < acknowledged)
			this.#breaches.add(
				"lost-write",
				() => `${where}: key ${key} has version ${version}, ${acknowledged} was acknowledged`,
			);
		if (version > acknowledged + Number(inDoubt))
			this.#breaches.add(
				"data",
				() => `${where}: key ${key} has version ${version}, only ${acknowledged} were written`,
			);
	}

	#versionOf(key: number, { status, tag, body }: Reply, due: number): number | undefined {
		const [, version, node] = tagPattern.exec(tag ?? "") ?? [];
		if (status !== due || version === undefined) {
			this.#breaches.add("error", () => `key ${key}: ${status} with tag ${tag} came, ${due} was due: ${shown(body)}`);
			return undefined;
		}
		const known = this.#mustKnow(key);
		known.node ??= node;
		if (known.node !== node) this.#breaches.add("data", () => `key ${key}: another node, ${node} after ${known.node}`);
		return Number(version);
	}

	#mustKnow(key: number): Known {
		const known = this.#known[key];
		if (known === undefined) throw new Error(`there is no key ${key}`);
		return known;
	}
}

function shown(body: string): string {
	return body.length <= 40 ? JSON.stringify(body) : `${JSON.stringify(body.slice(0, 40))} and ${body.length - 40} more`;
}
