import { runHttpLoad } from "../../http/http-load.js";
import { type Metered, meter } from "../../targets/meter.js";
import type { HttpDoors, Target } from "../../targets/target.js";
import type { Measured, Stage } from "../measured.js";

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
	let end = meter(target);
	let metered: Metered | undefined;
	const load = await runHttpLoad(
		{ gateways, root, seed, bytes: typeof bytes === "number" ? bytes : bytes[1], ...own },
		{
			signal,
			onMeasuring: () => {
				end = meter(target);
			},
			onMeasured: () => {
				metered = end();
			},
		},
	);
	return { load, metered: metered ?? end() };
}
