import type { Address } from "../../conformance/client/connection.js";
import { Breaches } from "../load/breaches.js";
import type { LoadHooks, LoadResult } from "../load/contract.js";
import { Kind } from "../load/kind.js";
import { type CannonPlan, fire, type Shot } from "./cannon.js";
import { urlOf } from "./http-plan.js";

/** One measurement of admin endpoints; requests count as reads. */
export interface AdminPlan extends Omit<CannonPlan, "urls"> {
	readonly admins: readonly Address[];
	/** Such as `monitor`. */
	readonly command: string;
}

/** The same command again and again; each answer has to be whole, without an error, and to count no less than the last one. */
export async function runAdminLoad(plan: AdminPlan, hooks: LoadHooks = {}): Promise<LoadResult> {
	const breaches = new Breaches();
	const urls = plan.admins.map(urlOf);
	return fire({ ...plan, urls }, () => [shotOf(plan.command, breaches)], breaches, hooks);
}

function shotOf(command: string, breaches: Breaches): Shot {
	let counted = 0;
	return {
		kind: Kind.getData,
		method: "GET",
		path: `/commands/${command}`,
		headers: {},
		body: undefined,
		onReply: ({ status, body }) => {
			const answer = maybeAnswer(body);
			if (status !== 200 || answer?.command !== command || answer.error !== null)
				breaches.add("error", () => `${status} and ${JSON.stringify(body.slice(0, 60))} came to ${command}`);
			const received = answer?.packets_received ?? counted;
			if (received < counted) breaches.add("data", () => `packets_received went back from ${counted} to ${received}`);
			counted = received;
		},
	};
}

interface AdminAnswer {
	readonly command: string;
	readonly error: string | null;
	readonly packets_received?: number;
}

/** Undefined when it is no JSON. */
function maybeAnswer(body: string): AdminAnswer | undefined {
	try {
		return JSON.parse(body) as AdminAnswer;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}
