/** One file of the project as the house rules see it. */
export interface SourceFile {
	/** Relative to the project, with `/`. */
	readonly path: string;
	readonly text: string;
	/** Comments are blanked, so that offsets and lines stay. */
	readonly code: string;
	/** Comments, strings and regular expressions are blanked. */
	readonly bare: string;
}

interface Region {
	readonly kind: "comment" | "literal";
	readonly start: number;
	readonly end: number;
}

const commentOrQuote = /\/\/|\/\*|["'`/]/g;
const beforeRegex = /(?:^|[=(,:;!&|?{}[+]|\breturn|=>)\s*$/;

export function sourceFile(path: string, text: string): SourceFile {
	const regions = regionsOf(text);
	const code = blank(
		text,
		regions.filter((region) => region.kind === "comment"),
	);
	return { path, text, code, bare: blank(text, regions) };
}

export function lineAt(text: string, offset: number): number {
	return text.slice(0, offset).split("\n").length;
}

function regionsOf(text: string): Region[] {
	const regions: Region[] = [];
	commentOrQuote.lastIndex = 0;
	for (let match = commentOrQuote.exec(text); match !== null; match = commentOrQuote.exec(text)) {
		const region = regionAt(text, match.index, match[0]);
		if (region === undefined) continue;
		regions.push(region);
		commentOrQuote.lastIndex = region.end;
	}
	return regions;
}

function regionAt(text: string, start: number, opening: string): Region | undefined {
	if (opening === "//") return { kind: "comment", start, end: endOf(text, "\n", start) };
	if (opening === "/*") return { kind: "comment", start, end: endOf(text, "*/", start + 2) + 2 };
	if (opening === "/" && !beforeRegex.test(text.slice(Math.max(0, start - 20), start))) return undefined;
	return { kind: "literal", start, end: endOfLiteral(text, start, opening) };
}

function endOf(text: string, closing: string, from: number): number {
	const at = text.indexOf(closing, from);
	return at === -1 ? text.length : at;
}

function endOfLiteral(text: string, start: number, quote: string): number {
	let inClass = false;
	for (let at = start + 1; at < text.length; at++) {
		const character = text[at];
		if (character === "\\") at++;
		else if (quote === "/" && (character === "[" || character === "]")) inClass = character === "[";
		else if (character === quote && !inClass) return at + 1;
		else if (character === "\n" && quote !== "`") return at;
	}
	return text.length;
}

function blank(text: string, regions: readonly Region[]): string {
	let result = "";
	let at = 0;
	for (const { start, end } of regions) {
		result += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, " ");
		at = end;
	}
	return result + text.slice(at);
}
