import { parseArgs } from "node:util";
import { Codec } from "../../conformance/client/codec.js";
import { startBundled } from "../../conformance/drivers/bundled.js";
import { loadWireSpec } from "../../spec/load/wire.js";
import { addressOf } from "../durability/sessions.js";
import { startApache } from "../peers/apache.js";
import { unavailable } from "../peers/class-path.js";
import { describeOutcome, runSeed, shortened } from "./campaign.js";
import type { Pair } from "./lock-step.js";

const usage = `The bundled server and Apache ZooKeeper under the same random requests: every answer must be the same.
  --apache VERSION   the Apache ZooKeeper to compare with (3.9.6); exit 77 where it can not be started
  --seeds N          so many programs (5), with seeds from --seed on
  --seed N           the first seed (a random one)
  --steps N          requests of each program (2000)
  --time SECONDS     start no further program after this time
  --shrink SECONDS   how long to look for a shorter program (60)
Exit 0 when nothing differs, 1 with the first difference, made as short as possible and written as a scenario.`;

/** As the pipeline's steps say "skipped". */
const skippedCode = 77;

const { values } = parseArgs({
	options: {
		apache: { type: "string", default: "3.9.6" },
		seeds: { type: "string", default: "5" },
		seed: { type: "string" },
		steps: { type: "string", default: "2000" },
		time: { type: "string", default: "Infinity" },
		shrink: { type: "string", default: "60" },
		help: { type: "boolean", default: false },
	},
});

/** The cleaners of both sides would act at different moments, and nothing here is worth a flush. */
const settings = { tickTime: "2000", maxSessionTimeout: "600000", forceSync: "no" };
const cleanerNever = { "znode.container.checkIntervalMs": "1000000000" };

async function compareAll(pair: Pair, first: number): Promise<boolean> {
	const startMs = performance.now();
	for (let seed = first; seed < first + Number(values.seeds); seed++) {
		if (performance.now() - startMs > Number(values.time) * 1000) break;
		const outcome = await runSeed(pair, seed, Number(values.steps), (line) => console.log(line));
		if (outcome.difference !== undefined) {
			console.log(`seed ${seed}: step ${outcome.difference.step.id} differs; looking for a shorter program`);
			console.log(describeOutcome(pair, seed, await shortened(pair, outcome, Number(values.shrink) * 1000)));
			return false;
		}
		console.log(`seed ${seed}: ${outcome.done.length} steps, no difference (${outcome.explained} explained)`);
	}
	return true;
}

async function run(): Promise<number> {
	const reason = unavailable(values.apache);
	if (reason !== undefined) {
		console.log(reason);
		return skippedCode;
	}
	const apache = await startApache(values.apache, { settings, properties: cleanerNever });
	const reference = await startBundled({ settings: { ...settings, ...cleanerNever } });
	try {
		const pair = {
			codec: new Codec(loadWireSpec()),
			reference: addressOf(reference.address),
			apache: addressOf(apache.address),
		};
		const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
		return (await compareAll(pair, first)) ? 0 : 1;
	} finally {
		await Promise.all([reference.stop(), apache.stop()]);
	}
}

if (values.help) console.log(usage);
else process.exitCode = await run();
