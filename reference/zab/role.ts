import type { Epoch, LinkId, ServerId, Zxid } from "../model/ids.js";
import type { PeerEffects, PeerStorage, PeerTimings } from "./contract.js";
import type { Epochs } from "./epochs.js";
import type { Membership } from "./membership.js";

/** What a role is given by the peer that takes it on. */
export interface RoleParts {
	readonly id: ServerId;
	readonly membership: Membership;
	readonly timings: PeerTimings;
	readonly storage: PeerStorage;
	readonly effects: PeerEffects;
	readonly epochs: Epochs;
	/** On the monotonic clock, the time of the present step. */
	nowMs(): number;
	drawTicket(): number;
	/** The role is over; the peer asks nothing more of it. */
	end(reason: string): void;
}

/** What the peer passes on to a leader or learner of its own accord. */
export interface Role {
	readonly deadlineMs: number;
	readonly serving: boolean;
	readonly epoch: Epoch;
	has(link: LinkId): boolean;
	received(link: LinkId, bytes: Uint8Array): void;
	closed(link: LinkId): void;
	flushed(zxid: Zxid): void;
	stored(ticket: number): void;
	timePassed(): void;
	/** Ends the links. */
	leave(): void;
}
