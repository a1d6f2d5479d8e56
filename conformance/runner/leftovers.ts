import type { ScenarioEnvironment } from "../scenario/environment.js";
import { quotaRoot, Sandbox } from "../scenario/sandbox.js";
import type { Screen } from "./console.js";
import { type ExitCode, exitCodes } from "./exit-code.js";
import { mustGreet } from "./greeting.js";
import { writtenIdentities } from "./identities.js";
import type { Options } from "./options.js";
import { ask, bye, greet } from "./probe-client.js";
import type { Suite } from "./suite.js";

const ours = /^zkspec-[0-9a-z]{6}$/;
const sessionTimeoutMs = 30_000;

/** The root nodes of runs that did not clean up, or that still go on. */
export async function findLeftovers(environment: ScenarioEnvironment): Promise<readonly string[]> {
	const { client } = await greet(environment, sessionTimeoutMs);
	const found = new Set<string>();
	for (const parent of ["/", quotaRoot]) {
		const { error, body } = await ask(client, "getChildren", { path: parent }, environment.replyTimeoutMs);
		if (error !== "OK") continue;
		const { children } = environment.codec.decodeReply("getChildren", body).value as { children: readonly string[] };
		for (const name of children) if (ours.test(name)) found.add(`/${name}`);
	}
	await bye(client, environment.replyTimeoutMs);
	return [...found].sort();
}

/** Removes what earlier runs left, and says what of it can not be removed. */
export async function clean(
	environment: ScenarioEnvironment,
	{ scenarios }: Suite,
	options: Options,
	screen: Screen,
): Promise<ExitCode> {
	await mustGreet(environment);
	const found = await findLeftovers(environment);
	const left: string[] = [];
	for (const path of found) {
		const sandbox = await Sandbox.attach(path, environment, options.auth);
		const stays = await sandbox.close(writtenIdentities(scenarios));
		left.push(...stays);
		screen.line(`${stays.length === 0 ? "removed" : "could not remove all of"} ${path}`);
	}
	if (found.length === 0) screen.line("nothing is left of earlier runs");
	for (const line of left) screen.line(`  ${line}`);
	return left.length === 0 ? exitCodes.kept : exitCodes.unreachable;
}
