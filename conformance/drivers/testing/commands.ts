import { readFaults } from "../../../spec/load/faults.js";
import { startCommandsDriver } from "../commands-driver.js";
import type { Fault } from "../ensemble-driver.js";

/** A program for tests: hurts servers by the commands of a file, says `hurt`, and then waits to be killed. */
const [file = "", addresses = "[]", faults = "[]"] = process.argv.slice(2);
const driver = await startCommandsDriver(JSON.parse(addresses), readFaults(file));
for (const fault of JSON.parse(faults) as Fault[]) await driver.perform(fault, () => 0);
process.stdout.write("hurt\n");
process.stdin.resume();
