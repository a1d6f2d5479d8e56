import { parseArgs } from "node:util";
import { Bench } from "tinybench";
import { makeTasks } from "./tasks.js";

const usage = `Measures the building blocks of the reference server, one after the other, in this process.
  --time-ms MS     how long to measure each of them (500)
Exit codes: 0 all results were right, 1 one was wrong, 2 wrong use.`;

const { values } = parseArgs({
	options: { "time-ms": { type: "string", default: "500" }, help: { type: "boolean", default: false } },
});

function row(name: string, nsEach: number, errorPercent: number): string {
	const perSecond = Math.round(1e9 / nsEach).toLocaleString("en");
	return `${name.padEnd(48)} ${nsEach.toFixed(0).padStart(8)} ns ${perSecond.padStart(14)}/s  ±${errorPercent.toFixed(1)} %`;
}

async function main(timeMs: number): Promise<number> {
	const bench = new Bench({ time: timeMs, warmupTime: timeMs / 5 });
	const tasks = makeTasks();
	for (const task of tasks) bench.add(task.name, () => task.run());
	await bench.run();
	console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}, ${timeMs} ms each`);
	let wrong = 0;
	for (const [i, task] of tasks.entries()) {
		const result = bench.tasks[i]?.result;
		const problem = result?.state === "completed" ? task.check() : `it did not complete: ${result?.state}`;
		if (problem !== undefined) wrong++;
		if (problem !== undefined || result?.state !== "completed")
			console.log(`${task.name.padEnd(48)} WRONG: ${problem}`);
		else console.log(row(task.name, (result.latency.mean * 1e6) / task.operations, result.latency.rme));
	}
	console.log(`${tasks.length - wrong} passed, ${wrong} failed`);
	return wrong === 0 ? 0 : 1;
}

const timeMs = Number(values["time-ms"]);
if (values.help || !(timeMs > 0)) {
	console.log(usage);
	process.exitCode = values.help ? 0 : 2;
} else process.exitCode = await main(timeMs);
