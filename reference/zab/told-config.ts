import { configText, type EnsembleConfig, maybeConfig } from "./ensemble-config.js";

/** Apache's servers read a configuration as Java properties: lines with this before them are nothing to them. */
const mark = "#next ";

/** What a vote tells of the ensemble: the committed configuration, and in comments the one that may follow. */
export function toldText({ config, next }: { config: EnsembleConfig; next: EnsembleConfig | undefined }): string {
	const lines = next === undefined ? [] : configText(next).split("\n");
	return [configText(config), ...lines.map((line) => mark + line)].join("\n");
}

/** The configuration that may follow, where a text tells of one that makes sense. */
export function maybeToldNext(text: string): EnsembleConfig | undefined {
	if (!text.includes(mark)) return undefined;
	const lines = text.split("\n").filter((line) => line.startsWith(mark));
	return maybeConfig(lines.map((line) => line.slice(mark.length)).join("\n"));
}
