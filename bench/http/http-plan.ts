import type { Address } from "../../conformance/client/connection.js";

/** One measurement of REST gateways, closed loop: each connection has one request under way. */
export interface HttpPlan {
	/** Connections take turns: the first to the first, and so on. */
	readonly gateways: readonly Address[];
	/** A node that belongs to this measurement; made before and removed after it. */
	readonly root: string;
	readonly connections: number;
	/** Percent. */
	readonly reads: number;
	/** Of each value. */
	readonly bytes: number;
	readonly warmUpMs: number;
	readonly measureMs: number;
	/** Of the time series. */
	readonly sampleMs: number;
	readonly seed: number;
}

/** Headers: a value is its bytes, both ways. */
export const octets = { accept: "application/octet-stream", "content-type": "application/octet-stream" };

export function urlOf({ host, port }: Address): string {
	return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Each connection writes one node, and reads those of all. */
export function nodePath({ root }: Pick<HttpPlan, "root">, key: number): string {
	return `/znodes/v1${root}/k${key}`;
}
