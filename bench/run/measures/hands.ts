import type { Hands, Target } from "../../targets/target.js";

/** The workload needs servers that it can end and start. */
export class ForeignServersError extends Error {
	override readonly name = "ForeignServersError";
}

/** @throws ForeignServersError for servers that somebody else runs */
export function handsOf({ hands, subject }: Target): Hands {
	if (hands !== undefined) return hands;
	throw new ForeignServersError(
		`this workload ends servers and starts them again, which it can not do to those of ${subject}`,
	);
}
