import { runHttpLoad } from "../../http/http-load.js";
import type { HttpDoors, Target } from "../../targets/target.js";
import { mostBytes } from "../load-plan.js";
import type { Measured, Stage } from "../measured.js";
import { metered } from "./load.js";

/** Servers without are told of before anything is measured. */
export function doorsOf({ http, subject }: Target): readonly HttpDoors[] {
	if (http === undefined) throw new Error(`${subject} was started without HTTP`);
	return http;
}

/** Reads and writes through the REST gateways of all servers. */
export async function measureHttp({ target, parameters, root, seed, signal }: Stage): Promise<Measured> {
	const { connections = 64, reads = 100, bytes = 1024, warmUpMs = 500, forMs = 2000, sampleMs = 300 } = parameters;
	const gateways = doorsOf(target).map(({ gateway }) => gateway);
	const own = { connections, reads, warmUpMs, sampleMs, measureMs: forMs };
	const plan = { gateways, root, seed, bytes: mostBytes(bytes), ...own };
	return metered(target, { signal }, (hooks) => runHttpLoad(plan, hooks));
}
