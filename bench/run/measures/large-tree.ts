import { Bulk } from "../../load/bulk.js";
import { type Hands, memoryBytesOf, type Target } from "../../targets/target.js";
import { OwnLoad } from "../clients/own-load.js";
import { mostBytes } from "../load-plan.js";
import type { Measured, Stage } from "../measured.js";
import { handsOf } from "./hands.js";

/** Of one parent. */
const childrenEach = 1000;
/** So many nodes are looked at after the start, or some of them twice where there are fewer. */
const looks = 100;

/** A tree is filled, all servers are ended in order and started again on it. */
export async function measureLargeTree(stage: Stage): Promise<Measured> {
	return new LargeTree(stage, handsOf(stage.target)).measure();
}

class LargeTree {
	readonly #target: Target;
	readonly #hands: Hands;
	readonly #own: OwnLoad;
	readonly #root: string;
	readonly #znodes: number;
	readonly #data: Uint8Array;

	constructor(stage: Stage, hands: Hands) {
		const { znodes = 100_000, bytes = 100 } = stage.parameters;
		this.#target = stage.target;
		this.#hands = hands;
		this.#own = new OwnLoad(stage, "create");
		this.#root = stage.root;
		this.#znodes = znodes;
		this.#data = new Uint8Array(mostBytes(bytes)).fill(120);
	}

	async measure(): Promise<Measured> {
		const beforeBytes = this.#serverBytes();
		await this.#fill();
		const { load, metered } = this.#own.end();
		const filledBytes = this.#serverBytes();
		const serveAgainMs = await this.#startAgain();
		await this.#look();
		return {
			load: { ...load, breaches: this.#own.breaches.list() },
			metered,
			figures: {
				fillMs: load.measuredMs,
				serveAgainMs,
				bytesPerZnode: Math.max(0, filledBytes - beforeBytes) / this.#znodes,
				filledServersBytes: filledBytes,
				startedServersBytes: this.#serverBytes(),
			},
		};
	}

	/** Of one server, on average. */
	#serverBytes(): number {
		return memoryBytesOf(this.#target) / this.#target.addresses.length;
	}

	async #fill(): Promise<void> {
		const own = this.#own;
		const bulk = await Bulk.open(this.#target.addresses, own.codec);
		own.expect(await bulk.call("create", this.#root), "create the root");
		await bulk.each(
			Math.ceil(this.#znodes / childrenEach),
			(at, xid) => bulk.askOf("create", `${this.#root}/${at}`, xid),
			(_, { err }) => own.expect(err, "create a parent"),
		);
		own.begin();
		const sentMs = new Float64Array(this.#znodes);
		await bulk.each(
			this.#znodes,
			(at, xid) => {
				sentMs[at] = performance.now();
				bulk.askCreate(this.#pathOf(at), this.#data, xid);
			},
			(at, { err }) => {
				own.answered(sentMs[at] ?? 0);
				own.expect(err, "create a node");
			},
		);
		await bulk.close();
	}

	#pathOf(at: number): string {
		return `${this.#root}/${Math.floor(at / childrenEach)}/${at}`;
	}

	async #startAgain(): Promise<number> {
		const ids = this.#target.addresses.map((_, at) => at + 1);
		await Promise.all(ids.map((id) => this.#hands.end(id)));
		const startMs = performance.now();
		for (const id of ids) this.#hands.start(id);
		await this.#hands.serving();
		return performance.now() - startMs;
	}

	/** The first, the last and some between are what they were. */
	async #look(): Promise<void> {
		const own = this.#own;
		const session = await own.open(0);
		const due = this.#data.length;
		for (let look = 0; look < looks; look++) {
			const path = this.#pathOf(Math.floor((look * (this.#znodes - 1)) / (looks - 1)));
			const { err, value } = await session.call("getData", { path });
			own.expect(err, `getData of ${path} after the start`);
			const read = value.data instanceof Uint8Array ? value.data.length : 0;
			if (err === 0 && read !== due)
				own.breaches.add("data", () => `${path} had ${read} bytes after the start, ${due} were written`);
		}
		await own.closeAll();
	}
}
