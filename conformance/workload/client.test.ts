import assert from "node:assert/strict";
import { loadWireSpec } from "../../spec/load/wire.js";
import { Codec } from "../client/codec.js";
import type { HistoryRecord, Operation } from "../history/record.js";
import { Client } from "./client.js";
import { randomOf } from "./random.js";
import { Recorder } from "./recorder.js";
import { EchoPlatform } from "./testing/echo-platform.js";
import { workloadOf } from "./testing/workload-of.js";
import { WireCalls } from "./wire-calls.js";
import type { Workload } from "./workload.js";

const codec = new Codec(loadWireSpec());

const steps = `steps:
  - { weight: 3, getData: "/n{nodes}" }
  - { weight: 3, setData: "/n{nodes}" }
  - { weight: 1, exists: "/c{client}/{unique}", watch: true }
  - { weight: 1, multi: [setData: "/n{*nodes}"] }
`;

/** What three clients ask for when answers take as long as this seed draws. */
function operationsOf(workload: Workload, seed: number, timing: number): readonly (readonly Operation[])[] {
	const delays = randomOf(timing);
	const platform = new EchoPlatform(codec, () => 1 + delays() * 20);
	const records: HistoryRecord[] = [];
	const recorder = new Recorder(
		(record) => records.push(record),
		() => platform.nowUs(),
	);
	const wire = new WireCalls(codec);
	const parts = { platform, wire, recorder, workload, root: "/root", seed, servers: [0, 1, 2] };
	for (const client of workload.clients) {
		new Client({ ...parts, client, onBroken: assert.fail, onRest: () => undefined }).start();
	}
	platform.runUntil(workload.durationMs);
	return workload.clients.map((client) => askedBy(client, records));
}

function askedBy(client: number, records: readonly HistoryRecord[]): readonly Operation[] {
	const connections = new Set<number>();
	return records.flatMap((record) => {
		if (record.type === "connecting" && record.client === client) connections.add(record.connection);
		return record.type === "call" && connections.has(record.connection) ? [record.operation] : [];
	});
}

describe("a workload's clients", () => {
	const workload = workloadOf(steps);

	it("ask for the same from the same seed, however long the answers take", () => {
		const [one, other] = [operationsOf(workload, 7, 1), operationsOf(workload, 7, 2)];
		for (const [client, operations] of one.entries()) {
			const same = Math.min(operations.length, other[client]?.length ?? 0);
			assert.ok(same > 50);
			assert.deepEqual(operations.slice(0, same), other[client]?.slice(0, same));
		}
	});

	it("ask for something else from another seed, and each for something of its own", () => {
		const [one, other] = [operationsOf(workload, 7, 1), operationsOf(workload, 8, 1)];
		assert.notDeepEqual(one[0]?.slice(0, 20), other[0]?.slice(0, 20));
		assert.notDeepEqual(one[0]?.slice(0, 20), one[1]?.slice(0, 20));
	});

	it("are the same ones when a run is cut to some of them, and ask for the beginning of the same when it is cut short", () => {
		const cut = operationsOf({ ...workload, clients: [2], stepsMax: 9 }, 7, 1);
		const all = operationsOf(workload, 7, 1);
		assert.deepEqual(cut[0], all[2]?.slice(0, 9));
	});

	it("write what nobody else writes", () => {
		const data = operationsOf(workload, 7, 1)
			.flat()
			.flatMap((operation): readonly object[] => (operation.op === "multi" ? operation.operations : [operation]))
			.flatMap((operation) => ("data" in operation ? [operation.data] : []));
		assert.equal(new Set(data).size, data.length);
	});
});
