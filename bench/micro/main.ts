import { parseArgs } from "node:util";
import { Bench } from "tinybench";
import { runTwice, type Task } from "./task.js";
import { makeTasks } from "./tasks.js";

const usage = `Measures the building blocks of the reference server, one after the other, in this process.
  --time-ms MS     how long to measure each of them (500)
  --smoke          does each of them twice and measures nothing
The checksum is of what a task makes in its second run: where it is the same, the work was the same.
Exit codes: 0 all results were right, 1 one was wrong, 2 wrong use.`;

const { values } = parseArgs({
	options: {
		"time-ms": { type: "string", default: "500" },
		smoke: { type: "boolean", default: false },
		help: { type: "boolean", default: false },
	},
});

const nameWidth = 56;

function row(name: string, checksum: string, nsEach: number, errorPercent: number): string {
	const perSecond = Math.round(1e9 / nsEach).toLocaleString("en");
	const figures = `${nsEach.toFixed(0).padStart(8)} ns ${perSecond.padStart(14)}/s  ±${errorPercent.toFixed(1)} %`;
	return `${name.padEnd(nameWidth)} ${checksum} ${figures}`;
}

async function measure(timeMs: number): Promise<number> {
	const checksums = makeTasks().map((task) => runTwice(task).checksum);
	const bench = new Bench({ time: timeMs, warmupTime: timeMs / 5 });
	const tasks = makeTasks().map((task) => ({ task, runs: 0 }));
	for (const counted of tasks) {
		bench.add(counted.task.name, () => {
			counted.runs++;
			counted.task.run();
		});
	}
	await bench.run();
	console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}, ${timeMs} ms each`);
	let wrong = 0;
	for (const [i, { task, runs }] of tasks.entries()) {
		const result = bench.tasks[i]?.result;
		const problem = result?.state === "completed" ? task.check(runs) : `it did not complete: ${result?.state}`;
		if (problem !== undefined) wrong++;
		if (problem !== undefined || result?.state !== "completed") console.log(wrongRow(task, problem));
		else
			console.log(
				row(task.name, checksums[i] ?? "", (result.latency.mean * 1e6) / task.operations, result.latency.rme),
			);
	}
	return summary(tasks.length, wrong);
}

function smoke(): number {
	let wrong = 0;
	const tasks = makeTasks();
	for (const task of tasks) {
		const { checksum, problem } = runTwice(task);
		if (problem !== undefined) wrong++;
		console.log(problem === undefined ? `${task.name.padEnd(nameWidth)} ${checksum}` : wrongRow(task, problem));
	}
	return summary(tasks.length, wrong);
}

function wrongRow({ name }: Task, problem: string | undefined): string {
	return `${name.padEnd(nameWidth)} WRONG: ${problem}`;
}

function summary(tasks: number, wrong: number): number {
	console.log(`${tasks - wrong} passed, ${wrong} failed`);
	return wrong === 0 ? 0 : 1;
}

const timeMs = Number(values["time-ms"]);
if (values.help || !(timeMs > 0)) {
	console.log(usage);
	process.exitCode = values.help ? 0 : 2;
} else process.exitCode = values.smoke ? smoke() : await measure(timeMs);
