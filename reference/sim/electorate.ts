import { decodeUtf8 } from "../lib/utf8.js";
import { counterOf, describeZxid, type Zxid } from "../model/ids.js";
import type { LogEntry } from "../model/txns.js";
import type { SimOptions } from "./plan.js";
import type { Place } from "./sim-network.js";
import { mustHold } from "./violation.js";

/** A configuration as the text of its node has it. */
export interface ActiveConfig {
	readonly version: Zxid;
	readonly text: string;
}

interface Ensemble {
	/** Of every voter. */
	readonly weights: ReadonlyMap<Place, number>;
	readonly places: ReadonlySet<Place>;
}

const serverLine = /^server\.(\d+)=[^;\n]*:(participant|observer)/gm;

/**
 * Who has to have a transaction before it counts as committed, and who belongs to the ensemble after it: read from the
 * committed sequence alone, not from what any member makes of it.
 */
export class Electorate {
	#now: Ensemble;
	readonly #first: ReadonlySet<Place>;
	readonly #texts = new Map<Zxid, string>();

	constructor({ servers, observers, weights }: SimOptions) {
		const places = Array.from({ length: servers + observers }, (_, index) => index + 1);
		const voters = places.slice(0, servers).map((place) => [place, weights[place - 1] ?? 1] as const);
		this.#now = { weights: new Map(voters), places: new Set(places) };
		this.#first = this.#now.places;
	}

	/** At the end of what is committed. */
	get places(): ReadonlySet<Place> {
		return this.#now.places;
	}

	/** Of the last reconfiguration; undefined while there was none. */
	get lastText(): string | undefined {
		return [...this.#texts.values()].at(-1);
	}

	/** Whether these (by place − 1) decide on what comes next in the sequence. A reconfiguration needs them on both sides. */
	isQuorum(having: readonly boolean[], { txn }: LogEntry): boolean {
		if (!isMajority(having, this.#now)) return false;
		return txn.type !== 16 || isMajority(having, ensembleOf(textOf(txn)));
	}

	committed({ header, txn }: LogEntry): void {
		if (txn.type !== 16) return;
		this.#texts.set(header.zxid, textOf(txn));
		this.#now = ensembleOf(textOf(txn));
	}

	/** A server goes by this configuration: it must be committed, and the only one of its version. */
	checkActive(place: Place, { version, text }: ActiveConfig): void {
		if (counterOf(version) === 0) {
			const { places } = ensembleOf(text);
			mustHold(
				[...this.#first].every((one) => places.has(one)),
				"a configuration in force is committed",
				() => {
					return `server ${place} goes by ${text}`;
				},
			);
			return;
		}
		mustHold(this.#texts.get(version) === text, "a configuration in force is committed", () => {
			return `server ${place} goes by ${describeZxid(version)}, ${text}; committed is ${this.#texts.get(version)}`;
		});
	}
}

function textOf(txn: { readonly data: Uint8Array | null }): string {
	return decodeUtf8(txn.data ?? new Uint8Array());
}

function ensembleOf(text: string): Ensemble {
	const seats = [...text.matchAll(serverLine)].map(([, id, role]) => ({ place: Number(id), role }));
	const voters = seats.filter(({ role }) => role === "participant").map(({ place }) => [place, 1] as const);
	return { weights: new Map(voters), places: new Set(seats.map(({ place }) => place)) };
}

/** As one group: more than half of all votes, each as heavy as its voter. */
function isMajority(having: readonly boolean[], { weights }: Ensemble): boolean {
	let all = 0;
	let had = 0;
	for (const [place, weight] of weights) {
		all += weight;
		if (having[place - 1] === true) had += weight;
	}
	return had > all / 2;
}
