import { WatchTable, watchModes } from "../../reference/server/watch-table.js";
import { expectEqual, operations, repeat, type Task } from "./task.js";

export function watchTasks(): Task[] {
	return [triggerStandard(), triggerRecursive()];
}

/** Watches are used up by a change, so that each has to be set anew. */
function triggerStandard(): Task {
	const table = new WatchTable<number>();
	let told: ReadonlySet<number> = new Set();
	let inAll = 0;
	return {
		name: "set a watch and trigger it, a hundred on one node",
		operations,
		run: () => {
			repeat((watcher) => table.add("/app/config", watcher, watchModes.standard));
			told = table.maybeTrigger("/app/config") ?? told;
			inAll += told.size;
		},
		made: () => [...told].join(" "),
		check: (runs) => expectEqual("told", inAll, runs * operations) ?? expectEqual("watches left", table.count, 0),
	};
}

/** Nobody but those who watch above is told, again and again. */
function triggerRecursive(): Task {
	const table = new WatchTable<number>();
	for (let watcher = 0; watcher < 3; watcher++) table.add("/app", watcher, watchModes.persistentRecursive);
	for (let other = 0; other < 1000; other++) table.add(`/other/${other}`, other, watchModes.standard);
	let last = "";
	let inAll = 0;
	return {
		name: "trigger three recursive watches two levels above",
		operations,
		run: () =>
			repeat((i) => {
				const told = table.maybeTrigger(`/app/locks/lock-${i}`);
				inAll += told?.size ?? 0;
				if (i === operations - 1) last = [...(told ?? [])].join(" ");
			}),
		made: () => last,
		check: (runs) =>
			expectEqual("told", inAll, runs * operations * 3) ?? expectEqual("watches left", table.count, 1003),
	};
}
