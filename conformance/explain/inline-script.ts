import { readFileSync } from "node:fs";

const folder = new URL("page/", import.meta.url);
const importLine = /^import (?:\{[^}]*\} from )?"\.\/([\w-]+\.js)";$/gm;

/**
 * The page's script as one module: all its compiled files one after the other, each behind those that it imports. They share
 * one scope, so that a name that two of them declare is a syntax error, which the browser's test would show.
 */
export function inlineScript(): string {
	const parts: string[] = [];
	addModule("main.js", new Set(), parts);
	// Would end the script element.
	return parts.join("\n").replaceAll("</script", "<\\/script");
}

function addModule(name: string, added: Set<string>, parts: string[]): void {
	if (added.has(name)) return;
	added.add(name);
	const text = readFileSync(new URL(name, folder), "utf8");
	for (const [, imported = ""] of text.matchAll(importLine)) addModule(imported, added, parts);
	parts.push(
		text
			.replace(importLine, "")
			.replace(/^export (?=(?:async )?function|const|class|let)/gm, "")
			.replace(/^export \{\};$/gm, "")
			.replace(/^\/\/# sourceMappingURL=.*$/gm, ""),
	);
}
