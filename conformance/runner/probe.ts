import type { Facts, ScenarioEnvironment } from "../scenario/environment.js";
import { mustGreet } from "./greeting.js";
import type { Findings } from "./need.js";
import { probeFeatures } from "./probe-features.js";
import { probeOperations } from "./probe-operations.js";
import { probeSessions } from "./probe-sessions.js";
import { maybeVersion } from "./version.js";
import { answeredWords, askWord, parseConf, untouchedZxid } from "./words.js";

/** What is known about a target after asking it. */
export interface Probe extends Findings {
	/** The first line of the answer to `srvr`; undefined when it does not answer that. */
	readonly versionLine: string | undefined;
	/** `3.8.0`, or undefined when it does not say. */
	readonly version: string | undefined;
	readonly operations: { readonly answered: readonly string[]; readonly refused: readonly string[] };
	readonly words: { readonly answered: readonly string[]; readonly refused: readonly string[] };
}

/** Facts found so far, with why something is not there. */
export class Notes implements Findings {
	readonly facts: Record<string, number | boolean | string> = {};
	readonly reasons = new Map<string, string>();

	set(name: string, value: number | boolean | string, reason?: string): void {
		this.facts[name] = value;
		if (reason !== undefined) this.reasons.set(name, reason);
	}
}

/** What a server tells without a session: asking this writes nothing. */
export async function probeWords(environment: ScenarioEnvironment): Promise<Probe> {
	const [address] = environment.addresses;
	if (address === undefined) throw new Error("a target has at least one address");
	const notes = new Notes();
	const timeoutMs = environment.replyTimeoutMs;
	const ask = (word: string): Promise<string> => askWord(address, word, timeoutMs);
	const srvr = await ask("srvr");
	if (!/version/i.test(srvr)) await mustGreet(environment);
	const all = environment.codec.wire.fourLetterWords;
	const answers = srvr !== "" || (await ask("ruok")) !== "";
	const answered = answers ? await answeredWords(address, all, timeoutMs) : [];
	const refused = all.filter((word) => !answered.includes(word));
	for (const word of all) notes.set(`4lw.${word}`, answered.includes(word), "the target does not answer this word");
	notes.set("fourLetterWords", refused.length === 0, refusedText(answered, refused));
	if (answered.includes("conf")) takeConf(notes, parseConf(await ask("conf")));
	const mode = /^Mode: (\w+)/m.exec(srvr)?.[1];
	if (mode !== undefined) {
		notes.set("mode", mode);
		notes.set("standalone", mode === "standalone", "it is a member of an ensemble");
	}
	notes.set("fresh", untouchedZxid.test(srvr), "something has been written to the target already");
	const versionLine = /version/i.test(srvr) ? srvr.split("\n")[0] : undefined;
	const operations = { answered: [], refused: [] };
	const version = versionLine === undefined ? undefined : maybeVersion(versionLine);
	return { ...notes, versionLine, version, operations, words: { answered, refused } };
}

function refusedText(answered: readonly string[], refused: readonly string[]): string {
	return answered.length === 0 ? "it answers no four-letter word" : `it does not answer ${refused.join(", ")}`;
}

function takeConf(notes: Notes, conf: ReadonlyMap<string, string>): void {
	for (const key of ["tickTime", "minSessionTimeout", "maxSessionTimeout", "maxClientCnxns"]) {
		const value = conf.get(key);
		if (value !== undefined && /^\d+$/.test(value)) notes.set(key, Number(value));
	}
}

/**
 * Everything else: what sessions, operations and features show. Writes below the root of the environment, on a target of
 * its own also a quota of it, and removes all of it.
 */
export async function probeTarget(
	environment: ScenarioEnvironment,
	before: Probe,
	extraOperations: readonly string[],
	exclusive: boolean,
): Promise<Probe> {
	const notes = new Notes();
	Object.assign(notes.facts, before.facts);
	for (const [name, reason] of before.reasons) notes.reasons.set(name, reason);
	notes.set("servers", environment.addresses.length);
	if (before.facts.bundled !== true) notes.set("bundled", false, "only the bundled server is meant");
	notes.set("frameBytesMax", environment.codec.wire.frame.requestBytesMax);
	await probeSessions(environment, notes);
	await probeFeatures(environment, notes, exclusive);
	const operations = await probeOperations(environment, extraOperations);
	for (const name of operations.refused) notes.set(`op.${name}`, false, "the server does not know this operation");
	for (const name of operations.answered) notes.set(`op.${name}`, true);
	return { ...before, ...notes, operations };
}

/** Facts that the user states win over those that were probed. */
export function withGivenFacts(probe: Probe, given: Facts): Probe {
	return { ...probe, facts: { ...probe.facts, ...given } };
}
