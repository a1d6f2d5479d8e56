import type { Address } from "../../conformance/client/connection.js";
import type { ServerCost } from "../report/report.js";
import type { ProcessUsage } from "./process-usage.js";

export type Role = ServerCost["role"];

/** Servers that a load is given to, however they came to be; their ids are 1, 2, ... in the order of their addresses. */
export interface Target {
	/** Such as `reference` or `apache-3.8.0`. */
	readonly subject: string;
	readonly addresses: readonly Address[];
	/** Of each server; undefined while it serves nobody. */
	roles(): Promise<readonly (Role | undefined)[]>;
	/** Of each server; undefined where its process is not on this machine, or ended. */
	usages(): readonly (ProcessUsage | undefined)[];
	/** Undefined for servers that somebody else runs. */
	readonly hands: Hands | undefined;
	/** On the disk that its servers write to; undefined where that is not known. */
	readonly folder: string | undefined;
	/** Of each server; undefined where HTTP was not asked for, or can not be had. */
	readonly http: readonly HttpDoors[] | undefined;
	stop(): Promise<void>;
}

/** Resident, of all servers together, as far as it is known. */
export function memoryBytesOf(target: Target): number {
	return target.usages().reduce((sum, usage) => sum + (usage?.memoryBytes ?? 0), 0);
}

/** Where one server answers HTTP. */
export interface HttpDoors {
	/** ZooKeeper's nodes, in the manner of its contrib REST. */
	readonly gateway: Address;
	/** Below `/commands`. */
	readonly admin: Address;
}

/** Who can end a target's servers, and start them again on their files. */
export interface Hands {
	/** With SIGKILL. */
	kill(id: number): Promise<void>;
	/** An orderly end. */
	end(id: number): Promise<void>;
	/** Returns at once. */
	start(id: number): void;
	/** Waits until every server serves. */
	serving(): Promise<void>;
}
