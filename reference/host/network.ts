import type { LinkId } from "../model/ids.js";
import type { ServerEvent } from "../server/contract.js";

/** What comes back from a network: links that open, carry bytes in order, and end. */
export type NetworkEvent = Extract<ServerEvent, { type: "opened" | "received" | "closed" }>;

/** Calls on a link that has ended do nothing. */
export interface Network {
	/** The bytes belong to the network from here on. */
	send(link: LinkId, bytes: Uint8Array): void;
	/** Ends the link once what was sent has left; no event follows. */
	close(link: LinkId): void;
	/** Takes no more bytes from a link until `resume`; some may already be on their way. */
	pause(link: LinkId): void;
	resume(link: LinkId): void;
}
