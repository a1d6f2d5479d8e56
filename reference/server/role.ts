import { type Zxid, zxidOf } from "../model/ids.js";
import type { ServerRole } from "./contract.js";

/** Whether changes get their place in the order here; everybody else asks a leader. */
export function ordersChanges({ type }: ServerRole): boolean {
	return type === "standalone" || type === "leader";
}

export function isLearner({ type }: ServerRole): boolean {
	return type === "follower" || type === "observer";
}

/** How far the state goes at least: a leader's holds everything of all epochs before its own. */
export function startZxid(role: ServerRole, { lastZxid }: { readonly lastZxid: Zxid }): Zxid {
	const start = role.type === "leader" ? zxidOf(role.epoch, 0) : lastZxid;
	return start > lastZxid ? start : lastZxid;
}
