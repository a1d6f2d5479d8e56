/** One line of a story, not yet understood: who, how much later than the line before, and words and `key=value`s. */
export interface StoryLine {
	/** Number of the line in the story, from 1. */
	readonly number: number;
	readonly text: string;
	readonly afterMs: number;
	/** A connection's name, such as `a` or `b2`; `~` for the servers and the network. */
	readonly who: string;
	/** `:` call and reply, `>` call alone, `<` reply alone, `!` event. */
	readonly sigil: ":" | ">" | "<" | "!" | "~";
	readonly words: readonly string[];
	readonly options: ReadonlyMap<string, string>;
}

/** What is written in a story and means nothing. */
export class StoryError extends Error {
	override readonly name = "StoryError";

	constructor(line: StoryLine | undefined, problem: string) {
		super(line === undefined ? problem : `line ${line.number} "${line.text}": ${problem}`);
	}
}

/** Lines of a story; empty ones and those that begin with `#` are left out. */
export function storyLines(story: string): StoryLine[] {
	return story
		.split("\n")
		.map((text, index) => ({ text: text.trim(), number: index + 1 }))
		.filter(({ text }) => text !== "" && !text.startsWith("#"))
		.map(({ text, number }) => storyLine(text, number));
}

const head = /^(?:\+(\d+)ms\s+)?(?:([a-z]\d*)([:><!])|(~))\s*(.*)$/;

function storyLine(text: string, number: number): StoryLine {
	const parts = head.exec(text);
	if (parts === null) throw new StoryError(undefined, `line ${number} "${text}": who?`);
	const [, after, who = "~", sigil = "~", , rest = ""] = parts;
	const tokens = tokensOf(rest);
	const isOption = (token: string): boolean => /^[a-zA-Z]+=/.test(token);
	return {
		number,
		text,
		afterMs: after === undefined ? 1 : Number(after),
		who,
		sigil: sigil as StoryLine["sigil"],
		words: tokens.filter((token) => !isOption(token)),
		options: new Map(tokens.filter(isOption).map((token) => splitOption(token))),
	};
}

/** Words; what stands in brackets is one word. */
function tokensOf(text: string): string[] {
	return text.match(/\[[^\]]*\]|[^\s[\]]+/g) ?? [];
}

function splitOption(token: string): [string, string] {
	const at = token.indexOf("=");
	return [token.slice(0, at), token.slice(at + 1)];
}

export function numberOption(line: StoryLine, name: string): number | undefined {
	const text = line.options.get(name);
	if (text === undefined) return undefined;
	const value = Number(text);
	if (!Number.isSafeInteger(value)) throw new StoryError(line, `${name}=${text} is no number`);
	return value;
}

export function listOption(line: StoryLine, name: string): string[] {
	return (line.options.get(name) ?? "").split(",").filter((item) => item !== "");
}
