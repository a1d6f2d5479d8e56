import type { NodeStore } from "./node-store.js";
import { lastComponent, parentPath } from "./path.js";
import {
	limitsName,
	limitsPath,
	maybeQuotaTarget,
	parseQuota,
	type Quota,
	QuotaPaths,
	quotaStatsData,
	statsName,
	statsPath,
} from "./quotas.js";

/**
 * Keeps the figures of every quota, in its stats node below /zookeeper/quota, true to the nodes that it is about. Version
 * and watches of a stats node stay as they are.
 */
export class QuotaBook {
	readonly #store: NodeStore;
	readonly #paths = new QuotaPaths();

	constructor(store: NodeStore) {
		this.#store = store;
	}

	/** Limits and present figures of the nearest quota at or above a path; undefined when there is none. */
	maybeQuota(path: string): { readonly limits: Quota; readonly stats: Quota } | undefined {
		const nearest = this.#paths.maybeNearest(path);
		if (nearest === undefined) return undefined;
		const limits = this.#store.node(limitsPath(nearest));
		const stats = this.#store.node(statsPath(nearest));
		if (limits === undefined || stats === undefined) return undefined;
		return { limits: parseQuota(limits.data), stats: parseQuota(stats.data) };
	}

	/** A snapshot's figures may be older than its nodes. */
	recountAll(): void {
		for (const path of this.#paths) this.#recount(path);
	}

	/** A node is back from a snapshot: its figures are counted when all are. */
	noteRestored(path: string): void {
		if (lastComponent(path) === limitsName) this.#note(path);
	}

	noteCreated(path: string, dataBytes: number): void {
		const name = lastComponent(path);
		if (name === limitsName) this.#note(path);
		const target = name === statsName ? maybeQuotaTarget(parentPath(path)) : undefined;
		if (target !== undefined) this.#recount(target);
		this.account(path, dataBytes, 1);
	}

	noteDeleted(path: string, dataBytes: number): void {
		const target = lastComponent(path) === limitsName ? maybeQuotaTarget(parentPath(path)) : undefined;
		if (target !== undefined) this.#paths.delete(target);
		this.account(path, -dataBytes, -1);
	}

	/** The nearest quota alone counts a change. */
	account(path: string, bytesDiff: number, countDiff: number): void {
		const nearest = this.#paths.maybeNearest(path);
		const stats = nearest === undefined ? undefined : this.#store.node(statsPath(nearest));
		if (nearest === undefined || stats === undefined) return;
		const before = parseQuota(stats.data);
		const data = quotaStatsData(before.count + countDiff, before.bytes + bytesDiff);
		this.#store.setContent(statsPath(nearest), stats, data);
	}

	#note(path: string): void {
		const target = maybeQuotaTarget(parentPath(path));
		if (target !== undefined) this.#paths.add(target);
	}

	#recount(target: string): void {
		const stats = this.#store.node(statsPath(target));
		if (stats === undefined) return;
		const top = this.#store.node(target);
		let count = top === undefined ? 0 : 1;
		let bytes = top?.dataBytes ?? 0;
		for (const [, { dataBytes }] of this.#store.below(target)) {
			count++;
			bytes += dataBytes;
		}
		this.#store.setContent(statsPath(target), stats, quotaStatsData(count, bytes));
	}
}
