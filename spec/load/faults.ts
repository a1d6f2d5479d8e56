import { didYouMean } from "./nearest.js";
import { SpecError } from "./spec-error.js";
import { readYamlFile, type YamlFile } from "./yaml-file.js";

const commandNames = [
	"kill",
	"stop",
	"start",
	"pause",
	"resume",
	"partition",
	"heal",
	"diskFull",
	"diskFree",
	"slowFlush",
] as const;

export type FaultCommand = (typeof commandNames)[number];

/** A user's own ways to hurt servers, for a shell; `{words}` are still to be filled in. */
export interface FaultCommands {
	readonly file: string;
	readonly title: string;
	readonly timeoutMs: number;
	/** Of each server, in the order of the target's addresses; empty when there are none. */
	readonly words: readonly Readonly<Record<string, string>>[];
	readonly facts: Readonly<Record<string, string | number | boolean>>;
	readonly commands: Readonly<Partial<Record<FaultCommand, string>>>;
}

interface RawFaults {
	readonly title: string;
	readonly timeout?: string;
	readonly servers?: readonly Readonly<Record<string, string | number>>[];
	readonly facts?: FaultCommands["facts"];
	readonly commands: FaultCommands["commands"];
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** @throws SpecError for a wrong file, a command without the one that undoes it, and a word that no server has */
export function readFaults(file: string): FaultCommands {
	const yaml = readYamlFile(file, "faults");
	const { title, timeout = "30s", servers = [], facts = {}, commands } = yaml.value as RawFaults;
	const words = servers.map((each) => Object.fromEntries(Object.entries(each).map(([key, word]) => [key, `${word}`])));
	checkWords(yaml, words, commands);
	const [, count, unit = "ms"] = /^(\d+)(\w+)$/.exec(timeout) ?? [];
	return { file, title, timeoutMs: Number(count) * (unitMs[unit] ?? 1), words, facts, commands };
}

function checkWords(yaml: YamlFile, words: FaultCommands["words"], commands: FaultCommands["commands"]): void {
	const ofOne = ["server", "host", "port", ...Object.keys(words[0] ?? {})];
	for (const [i, each] of words.entries()) {
		const missing = Object.keys(words[0] ?? {}).find((key) => each[key] === undefined);
		if (missing !== undefined) throw new SpecError(yaml.at(["servers", i]), `this server has no "${missing}"`);
	}
	for (const name of commandNames) {
		const more = name === "partition" ? ofOne.map((word) => `${word}s`) : name === "slowFlush" ? ["ms"] : [];
		const known = [...ofOne, ...more];
		for (const word of wordsIn(commands[name] ?? "")) {
			if (known.includes(word)) continue;
			const hint = didYouMean(word, known) || `; ${known.join(", ")} are known here`;
			throw new SpecError(yaml.at(["commands", name]), `unknown word "{${word}}"${hint}`);
		}
	}
}

/** Not `${HOME}` of the shell and not `{{end}}` of docker. */
const placeholder = /(?<![${])\{([a-zA-Z][a-zA-Z0-9]*)\}(?!\})/g;

function wordsIn(command: string): string[] {
	return [...command.matchAll(placeholder)].map(([, word = ""]) => word);
}

/** The command with these words, each quoted for a shell where it has to be; several are separated by spaces. */
export function fillIn(command: string, words: Readonly<Record<string, readonly string[]>>): string {
	return command.replaceAll(placeholder, (all, word: string) => words[word]?.map(quoted).join(" ") ?? all);
}

function quoted(text: string): string {
	return /^[\w.:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
