import type { LinkId } from "../model/ids.js";

/** What a link was accepted for: each door is a port that a server listens on. */
export type Door = "client" | "quorum" | "election";

/** What comes back from a network: links that open, carry bytes in order, and end. */
export type NetworkEvent =
	| {
			readonly type: "opened";
			readonly link: LinkId;
			readonly door: Door;
			readonly address: string;
			readonly port: number;
	  }
	/** A link that `connect` was asked for is up. */
	| { readonly type: "connected"; readonly link: LinkId }
	| { readonly type: "received"; readonly link: LinkId; readonly bytes: Uint8Array }
	/** The peer ended or broke the link, or it could not be made. */
	| { readonly type: "closed"; readonly link: LinkId };

/** Calls on a link that has ended do nothing. Link numbers never repeat. */
export interface Network {
	/** `connected` or `closed` follows for the link that it returns. */
	connect(host: string, port: number): LinkId;
	/** The bytes belong to the network from here on, until it calls `left`: their buffer may be used again then. */
	send(link: LinkId, bytes: Uint8Array, left?: () => void): void;
	/** Ends the link once what was sent has left; no event follows. */
	close(link: LinkId): void;
	/** Takes no more bytes from a link until `resume`; some may already be on their way. */
	pause(link: LinkId): void;
	resume(link: LinkId): void;
}
