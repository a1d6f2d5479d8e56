import { decodeUtf8, encodeUtf8 } from "../lib/utf8.js";

const root = "/zookeeper/quota";

export const limitsName = "zookeeper_limits";
export const statsName = "zookeeper_stats";

/** Limits or figures of one quota; −1 is none. */
export interface Quota {
	readonly count: number;
	readonly bytes: number;
	readonly countHardLimit: number;
	readonly byteHardLimit: number;
}

export function limitsPath(path: string): string {
	return `${root}${path}/${limitsName}`;
}

export function statsPath(path: string): string {
	return `${root}${path}/${statsName}`;
}

/** The path that a node below /zookeeper/quota is about, or undefined. */
export function maybeQuotaTarget(quotaParent: string): string | undefined {
	return quotaParent.startsWith(`${root}/`) ? quotaParent.slice(root.length) : undefined;
}

/** Reads `count=N,bytes=M=;byteHardLimit=B;countHardLimit=C`; what is missing or no number is −1. */
export function parseQuota(data: Uint8Array | null): Quota {
	const values = new Map<string, number>();
	for (const pair of decodeUtf8(data ?? new Uint8Array()).split(/[,;]+/)) {
		const [key, value] = pair.split("=");
		if (key !== undefined && value !== undefined && /^-?\d+$/.test(value)) values.set(key, Number(value));
	}
	const of = (key: string): number => values.get(key) ?? -1;
	return {
		count: of("count"),
		bytes: of("bytes"),
		countHardLimit: of("countHardLimit"),
		byteHardLimit: of("byteHardLimit"),
	};
}

export function quotaStatsData(count: number, bytes: number): Uint8Array {
	return encodeUtf8(`count=${count},bytes=${bytes}`);
}

/** Whether a change passes a hard limit. Soft limits stop nothing. */
export function exceedsHardLimit(limits: Quota, stats: Quota, bytesDiff: number, countDiff: number): boolean {
	const overCount = countDiff !== 0 && limits.countHardLimit > -1 && stats.count + countDiff > limits.countHardLimit;
	const overBytes = bytesDiff !== 0 && limits.byteHardLimit > -1 && stats.bytes + bytesDiff > limits.byteHardLimit;
	return overCount || overBytes;
}

/** The paths that have a quota; finds the nearest one above a path. */
export class QuotaPaths {
	readonly #paths = new Set<string>();

	add(path: string): void {
		this.#paths.add(path);
	}

	delete(path: string): void {
		this.#paths.delete(path);
	}

	[Symbol.iterator](): IterableIterator<string> {
		return this.#paths[Symbol.iterator]();
	}

	/** The node itself counts as its own nearest. */
	maybeNearest(path: string): string | undefined {
		if (this.#paths.size === 0) return undefined;
		for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (this.#paths.has(at)) return at;
		return undefined;
	}
}
