#!/usr/bin/env node
import { commandLine } from "./command-line.js";

/** A connection to a target that hangs must not keep the program alive. */
const lingerMs = 1000;

// Whoever reads may have heard enough, as `head` has: what was begun is still brought to its end, and cleaned up.
process.stdout.on("error", () => undefined);
process.exitCode = await commandLine(process.argv.slice(2), (text) => console.error(text));
setTimeout(() => process.exit(), lingerMs).unref();
