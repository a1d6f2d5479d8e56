/**
 * The first byte of a record. A call has the code of its operation (`operationNames`) above `call`; a reply that of its
 * result (`resultNames`) above `reply`, or above `failedReply` when it has an error.
 */
export const recordTag = {
	/** Texts and Stats so far are forgotten; not a record of the history. */
	forget: 0,
	connecting: 1,
	connected: 2,
	expired: 3,
	disconnected: 4,
	lost: 5,
	event: 6,
	fault: 7,
	phase: 8,
	call: 16,
	reply: 48,
	failedReply: 64,
} as const;

/** Order of the phases in the file: only append. */
export const phaseNames = ["healed", "final", "end"] as const;
