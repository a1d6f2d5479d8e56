import assert from "node:assert/strict";
import { epoch } from "../model/ids.js";
import type { EpochKind } from "./member-parts.js";
import { MemberBench } from "./testing/member-bench.js";

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (digit) => digit.charCodeAt(0));

function started(files: Readonly<Record<string, string>>): MemberBench {
	const made = new MemberBench(undefined);
	made.settle();
	const { log, snapshots } = made.crashed(() => 0);
	const changed = new Map(snapshots);
	for (const kind of ["acceptedEpoch", "currentEpoch"]) changed.delete(kind);
	for (const [name, text] of Object.entries(files)) changed.set(name, bytesOf(text));
	return new MemberBench({ log, snapshots: changed });
}

function textOf(bench: MemberBench, kind: EpochKind): string {
	const source = bench.snapshots.source(kind);
	return String.fromCharCode(...source.read(0, source.sizeBytes));
}

describe("epoch files", () => {
	it("hold decimal digits, and come to be at the first start", () => {
		const bench = started({});
		assert.deepEqual([bench.start.acceptedEpoch, bench.start.currentEpoch], [0, 0]);
		bench.settle();
		assert.deepEqual([textOf(bench, "acceptedEpoch"), textOf(bench, "currentEpoch")], ["0", "0"]);
	});

	it("are the old or the new ones at every moment", () => {
		for (let steps = 0; steps < 6; steps++) {
			for (const share of [0, 0.3, 0.7, 1]) {
				const bench = started({ acceptedEpoch: "6", currentEpoch: "5" });
				bench.settle();
				bench.events.length = 0;
				bench.effects.saveEpoch("acceptedEpoch", epoch(17), 3);
				for (let step = 0; step < steps; step++) bench.step();
				const after = new MemberBench(bench.crashed(() => share));
				assert.ok([6, 17].includes(after.start.acceptedEpoch));
				assert.equal(after.start.currentEpoch, 5);
				if (bench.has("stored")) assert.equal(after.start.acceptedEpoch, 17);
			}
		}
	});

	it("refuse a promise behind what was followed", () => {
		const broken = { acceptedEpoch: "4", currentEpoch: "5" };
		assert.throws(() => started(broken), {
			message: "acceptedEpoch: accepted epoch 4 is less than the current epoch 5",
		});
		assert.throws(() => started({ ...broken, "acceptedEpoch.tmp": "4" }), { name: "DamagedFileError" });
		assert.throws(() => started({ ...broken, "acceptedEpoch.tmp": "" }), { name: "DamagedFileError" });
		const bench = started({ ...broken, "acceptedEpoch.tmp": "5" });
		assert.equal(bench.start.acceptedEpoch, 5);
		bench.settle();
		assert.equal(textOf(bench, "acceptedEpoch"), "5");
	});

	it("are numbers", () => {
		for (const text of ["", "x", "-1", "1 2"])
			assert.throws(
				() => started({ acceptedEpoch: "9", currentEpoch: text }),
				/currentEpoch: an epoch is a number, not/,
			);
		assert.equal(started({ acceptedEpoch: "9\n", currentEpoch: "9" }).start.acceptedEpoch, 9);
	});
});
