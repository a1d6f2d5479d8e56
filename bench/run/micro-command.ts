import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { exitCodes } from "./exit-code.js";

/** The reference's building blocks, in a process that does nothing else. */
export async function microCommand(args: readonly string[]): Promise<number> {
	const main = fileURLToPath(new URL("../micro/main.js", import.meta.url));
	const child = spawn(process.execPath, [main, ...args], { stdio: "inherit" });
	const [code] = (await once(child, "exit")) as [number | null];
	return code ?? exitCodes.failed;
}
