import { Argument, type Command, InvalidArgumentError } from "commander";
import { seededRandom } from "../../conformance/client/random.js";
import { checkDriver } from "./driver-check.js";
import { driverNames, mustFindDriver, startDriver } from "./drivers.js";
import { hurtForEver } from "./hurting.js";
import { interruptAtRandom } from "./interrupted.js";

interface Console {
	report(used: readonly never[], run: () => Promise<readonly string[]>, right: string): Promise<void>;
	say(line: string): void;
}

function mustBeNumber(text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("a whole number from 0 on");
	return Number(text);
}

const driverArgument = (): Argument =>
	new Argument("[driver]", "who hurts").choices([...driverNames]).default("bundled");

/** Commands about those who hurt ensembles. */
export function addDrivers(program: Command, { report, say }: Console): void {
	program
		.command("driver")
		.description("all that a driver can do to servers, done to three voters and an observer, and healed")
		.addArgument(driverArgument())
		.action((name: string) => report([], () => checked(name, say), "each fault did what it should, and was healed"));
	program
		.command("interrupted")
		.description("ends a program that hurts an ensemble, at moments that a seed draws, and looks for what it left")
		.addArgument(driverArgument())
		.option("--runs <count>", "how often", mustBeNumber, 20)
		.option("--seed <seed>", "for the moments", mustBeNumber, 1)
		.action((name: string, { runs, seed }: { readonly runs: number; readonly seed: number }) =>
			report([], () => interrupted(name, runs, seed, say), "nothing was left"),
		);
	program
		.command("hurt", { hidden: true })
		.description("the program that is ended; with a number of milliseconds it ends itself after these, by an error")
		.argument("<driver>")
		.argument("[crashAfterMs]", "", mustBeNumber)
		.action((name: string, crashAfterMs?: number) => hurt(name, crashAfterMs, say));
}

function interrupted(name: string, runs: number, seed: number, say: Console["say"]): Promise<readonly string[]> {
	mustFindDriver(name).check();
	return interruptAtRandom(name, runs, seededRandom(seed), say);
}

async function checked(name: string, say: (line: string) => void): Promise<readonly string[]> {
	const driver = await startDriver(name, 1);
	try {
		return await checkDriver(driver, say);
	} finally {
		await driver.stop();
	}
}

async function hurt(name: string, crashAfterMs: number | undefined, say: Console["say"]): Promise<void> {
	if (crashAfterMs !== undefined) setTimeout(crash, crashAfterMs);
	await hurtForEver(await startDriver(name), () => say("hurt"));
}

function crash(): never {
	throw new Error("nobody catches this");
}
