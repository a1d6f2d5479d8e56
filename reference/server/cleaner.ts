import type { DataTree } from "../tree/data-tree.js";
import { ttlMsOf } from "../tree/owner.js";
import type { ServerConfig } from "./config.js";
import type { Clock } from "./contract.js";

/** Finds containers that have become empty and TTL nodes whose time is up; hands them out at a limited rate. */
export class Cleaner {
	readonly #tree: DataTree;
	readonly #intervalMs: number;
	readonly #gapMs: number;
	#due: string[] = [];
	#nextCheckMs: number;
	#nextDeleteMs = 0;

	constructor(tree: DataTree, config: ServerConfig, nowMs: number) {
		this.#tree = tree;
		this.#intervalMs = config.containerCheckIntervalMs;
		this.#gapMs = 60_000 / config.containersPerMinuteMax;
		this.#nextCheckMs = nowMs + this.#intervalMs;
	}

	get deadlineMs(): number {
		return this.#due.length > 0 ? this.#nextDeleteMs : this.#nextCheckMs;
	}

	/** Paths to delete now. */
	*takeDue({ nowMs, wallMs }: Clock): Generator<string> {
		if (this.#due.length === 0 && nowMs >= this.#nextCheckMs) this.#check(nowMs, wallMs);
		while (this.#due.length > 0 && nowMs >= this.#nextDeleteMs) {
			const path = this.#due.pop();
			this.#nextDeleteMs = Math.max(this.#nextDeleteMs, nowMs - this.#intervalMs) + this.#gapMs;
			if (path !== undefined) yield path;
		}
	}

	#check(nowMs: number, wallMs: number): void {
		this.#nextCheckMs = nowMs + this.#intervalMs;
		this.#nextDeleteMs = nowMs;
		const { containers, ttls } = this.#tree.index;
		const emptied = [...containers].filter((path) => this.#isEmptied(path));
		const expired = [...ttls].filter((path) => this.#isExpired(path, wallMs));
		this.#due = [...emptied, ...expired].reverse();
	}

	/** A container that never had a child stays: its first one may be on the way. */
	#isEmptied(path: string): boolean {
		const { stat, children } = this.#tree.mustNode(path);
		return stat.cversion > 0 && (children === null || children.size === 0);
	}

	#isExpired(path: string, wallMs: number): boolean {
		const { stat, children } = this.#tree.mustNode(path);
		return (children === null || children.size === 0) && wallMs - stat.mtimeMs > ttlMsOf(stat.ephemeralOwner);
	}
}
