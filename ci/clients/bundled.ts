import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Starts the bundled server on a free port with data that it removes itself. */
export async function startBundled(): Promise<{ readonly address: string; stop(): Promise<void> }> {
	const args = ["dist/reference/runtime/main.js", "--port", "0", "--ephemeral-data"];
	const child = spawn(process.execPath, [...args, "--set", "4lw.commands.whitelist=*"], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const exited = once(child, "exit");
	const stop = async () => {
		child.kill("SIGTERM");
		await exited;
	};
	return { address: await addressOf(child), stop };
}

async function addressOf(child: ChildProcess): Promise<string> {
	let said = "";
	for await (const chunk of child.stdout ?? []) {
		said += chunk;
		const address = /listening on (\S+:\d+)/.exec(said)?.[1];
		if (address !== undefined) return address;
	}
	throw new Error(`the bundled server ended without listening: ${said}`);
}
