import type { Address } from "../client/connection.js";
import type { MemberLinks } from "./member-links.js";

/** A server as a driver sees it. */
export interface HurtMember {
	readonly id: number;
	readonly votes: boolean;
	/** Where it listens for clients, with nothing in between. */
	readonly address: Address;
}

/** What a driver can do to the servers with these ids. What is missing can not be done. */
export interface Hands {
	/** Whether there is a process; without this, one is down when it was ended here. */
	isRunning?(id: number): boolean;
	/** Its last lines, for who wants to know why it ended. */
	lastWords?(id: number): string;
	kill?(id: number): Promise<void>;
	stop?(id: number): Promise<void>;
	/** Resolves when there is a process. */
	start?(id: number): Promise<void>;
	pause?(id: number): Promise<void>;
	resume?(id: number): Promise<void>;
	readonly network?: Network;
	disk?(id: number, disk: { readonly full: boolean; readonly flushMs: number }): Promise<void>;
	/** Undoes everything else that could be undone; called when all of the above is. */
	heal?(): Promise<void>;
	/** Ends what was started for this ensemble. */
	stopAll(): Promise<void>;
}

/** What is between the servers. */
export interface Network {
	partition?(groups: readonly (readonly number[])[]): Promise<void>;
	oneWay?(from: number, to: number): Promise<void>;
	heal(): Promise<void>;
}

export function networkOf(links: MemberLinks): Network {
	return {
		partition: async (groups) => links.partition(groups),
		oneWay: async (from, to) => links.oneWay(from, to),
		heal: async () => links.heal(),
	};
}
