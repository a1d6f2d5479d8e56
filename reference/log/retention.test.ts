import assert from "node:assert/strict";
import { retired } from "./retention.js";

const snapshots = ["snapshot.0", "snapshot.a", "snapshot.1f", "snapshot.30", "snapshot.40", "log.1", "other"];
const logs = ["log.1", "log.b", "log.1f", "log.20", "log.31", "log.41"];

describe("retention", () => {
	it("keeps the newest snapshots and the logs to replay from the oldest of them", () => {
		assert.deepEqual(
			retired(snapshots, logs, () => true, 3),
			{
				snapshots: ["snapshot.0", "snapshot.a"],
				logs: ["log.1", "log.b"],
			},
		);
		assert.deepEqual(retired(snapshots, logs, () => true, 2).logs, ["log.1", "log.b", "log.1f"]);
	});

	it("does not count a snapshot that was never finished", () => {
		const isFinished = (name: string): boolean => name !== "snapshot.40";
		assert.deepEqual(retired(snapshots, logs, isFinished, 3).snapshots, ["snapshot.0"]);
	});

	it("retires nothing while there are too few", () => {
		assert.deepEqual(
			retired(snapshots, logs, () => true, 6),
			{ snapshots: [], logs: [] },
		);
	});
});
