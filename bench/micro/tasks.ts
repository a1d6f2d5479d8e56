import { checkerTasks } from "./checker-tasks.js";
import { codecTasks } from "./codec-tasks.js";
import { commitTasks } from "./commit-tasks.js";
import { logTasks } from "./log-tasks.js";
import type { Task } from "./task.js";
import { treeTasks } from "./tree-tasks.js";
import { watchTasks } from "./watch-tasks.js";

/** Each call gives tasks with fresh state. */
export function makeTasks(): Task[] {
	return [codecTasks, treeTasks, watchTasks, logTasks, commitTasks, checkerTasks].flatMap((make) => make());
}
