import { parseArgs } from "node:util";
import { startBundled } from "../../conformance/drivers/bundled.js";
import { startApache } from "../peers/apache.js";
import { unavailable } from "../peers/class-path.js";
import { ClientError } from "./line-client.js";
import { type RealClient, realClients } from "./real-clients.js";
import { maybeDifference } from "./transcript.js";

const usage = `Real clients go through one scripted session each, on Apache ZooKeeper and on the bundled server: what they
print has to be the same. Exit codes: 0 same, 1 different, 2 wrong use, 77 nothing to compare with.
  --only NAME           one client: ${realClients.map((client) => client.name).join(", ")}
  --apache VERSION      the witness (3.8.0)
  --target HOST:PORT    instead of the bundled server: any fresh, empty server
  --against VERSION     instead of the bundled server: another Apache, or the same one to see that scripts are stable
  --print               print the witness's transcripts as well`;

const { values } = parseArgs({
	options: {
		only: { type: "string" },
		apache: { type: "string", default: "3.8.0" },
		target: { type: "string" },
		against: { type: "string" },
		print: { type: "boolean", default: false },
		help: { type: "boolean", default: false },
	},
});

interface Subject {
	readonly address: string;
	stop(): Promise<void>;
}

async function subject(): Promise<Subject> {
	if (values.target !== undefined) return { address: values.target, stop: async () => {} };
	if (values.against !== undefined) return startApache(values.against);
	return startBundled();
}

type Verdict = "passed" | "failed" | "skipped";

async function compare(client: RealClient, witness: Subject, other: Subject): Promise<Verdict> {
	const reason = client.unavailable();
	if (reason !== undefined) {
		console.log(`skip  ${client.name}: ${reason}`);
		return "skipped";
	}
	const expected = await client.run(witness.address);
	if (values.print) console.log(expected.join("\n"));
	const difference = maybeDifference(expected, await client.run(other.address));
	if (difference === undefined) console.log(`ok    ${client.name}: ${expected.length} lines, the same`);
	else console.log(`FAIL  ${client.name}\n${difference}`);
	return difference === undefined ? "passed" : "failed";
}

async function mustCompare(client: RealClient, witness: Subject, other: Subject): Promise<Verdict> {
	try {
		return await compare(client, witness, other);
	} catch (error) {
		if (!(error instanceof ClientError)) throw error;
		console.log(`FAIL  ${client.name}: ${error.message}`);
		return "failed";
	}
}

async function compareAll(clients: readonly RealClient[]): Promise<number> {
	const witness = await startApache(values.apache);
	const other = await subject();
	const verdicts: Verdict[] = [];
	try {
		for (const client of clients) verdicts.push(await mustCompare(client, witness, other));
	} finally {
		await Promise.all([witness.stop(), other.stop()]);
	}
	const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
	console.log(`${count("passed")} passed, ${count("failed")} failed`);
	return count("failed") === 0 ? 0 : 1;
}

async function main(): Promise<number> {
	const clients = realClients.filter((client) => values.only === undefined || client.name === values.only);
	if (values.help || clients.length === 0) {
		console.log(usage);
		return values.help ? 0 : 2;
	}
	const reason = unavailable(values.apache);
	if (reason === undefined) return compareAll(clients);
	console.log(reason);
	return 77;
}

process.exitCode = await main();
