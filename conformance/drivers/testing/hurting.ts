import type { EnsembleDriver, Fault } from "../ensemble-driver.js";

/**
 * A program for tests: hurts an ensemble in every way that leaves something behind, without an end. It says `ready` once
 * it is at it. Arguments: a module and the name of its function that starts a driver with these options (JSON), and
 * `crash` if it is to end by an error that nobody catches.
 */
const [module = "", name = "", options = "{}", crash] = process.argv.slice(2);
const start = ((await import(module)) as Record<string, (options: unknown) => Promise<EnsembleDriver>>)[name];
if (start === undefined) throw new Error(`${module} has no ${name}`);

const wanted: readonly Fault[] = [
	{ partition: [[1], [2, 3]] },
	{ pause: "any" },
	{ kill: "any" },
	{ refuse: "any" },
	{ halfOpen: "any" },
];
const driver = await start(JSON.parse(options));
const faults = wanted.filter((fault) =>
	Object.keys(fault).some((kind) => [...driver.abilities].includes(kind as never)),
);
for (const fault of faults) await driver.perform(fault, (n) => n - 1);
process.stdout.write("ready\n");
if (crash === "crash") throw new Error("nobody catches this");
for (;;) {
	await driver.heal();
	for (const fault of faults) await driver.perform(fault, (n) => n - 1);
}
